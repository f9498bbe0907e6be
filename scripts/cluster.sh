#!/usr/bin/env bash
# Start a cluster of Redis 8 in containers on ports of this machine, for tests: scripts/cluster.sh 7001 7002 7003
# The image is that of docker-compose.yml, and so are the settings of the search.
set -euo pipefail
cd "$(dirname "$0")/.."

image=$(sed -n 's/^ *image: \(redis:.*\)/\1/p' docker-compose.yml)
nodes=()
for port in "$@"; do
  docker run --detach --rm --network host --name "semsearch-node-$port" "$image" redis-server \
    --port "$port" --bind 127.0.0.1 --cluster-enabled yes --save "" \
    --search-timeout 5000 --search-on-timeout fail --search-on-oom ignore --search-default-dialect 2 \
    --search-max-prefix-expansions 1000000 --search-min-prefix 1 --search-fork-gc-clean-threshold 1 \
    --search-fork-gc-run-interval 10
  nodes+=("127.0.0.1:$port")
done

cli() { docker exec "semsearch-node-$1" redis-cli -p "$@"; }

for port in "$@"; do
  timeout 60 bash -c "until docker exec semsearch-node-$port redis-cli -p $port ping | grep -q PONG; do sleep 0.2; done"
done
cli "$1" --cluster create "${nodes[@]}" --cluster-yes
for port in "$@"; do
  timeout 60 bash -c \
    "until docker exec semsearch-node-$port redis-cli -p $port cluster info | grep -q cluster_state:ok; do sleep 0.2; done"
done
