"""Programs that made parts of semsearch; nothing of them runs at query time."""
