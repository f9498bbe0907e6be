//! A ring buffer of constant capacity: the newest values push out the oldest.
//!
//! Handy for the last thousand lines of a log or the last minute of a sensor,
//! where memory must not grow and old readings are of no interest.

/// Holds at most `N` values and never allocates after construction.
pub struct Ring<T, const N: usize> {
    slots: [Option<T>; N],
    /// Index at which the next value will be written.
    next: usize,
    len: usize,
}

impl<T: Copy, const N: usize> Ring<T, N> {
    pub fn new() -> Self {
        assert!(N > 0, "a ring needs at least one slot");
        Self { slots: [None; N], next: 0, len: 0 }
    }

    /// Appends a value and returns the one it displaced, if the ring was full.
    pub fn push(&mut self, value: T) -> Option<T> {
        let displaced = self.slots[self.next].replace(value);
        self.next = (self.next + 1) % N;
        self.len = (self.len + 1).min(N);
        displaced
    }

    /// Visits the values from the oldest to the newest.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        let start = (self.next + N - self.len) % N;
        (0..self.len).filter_map(move |offset| self.slots[(start + offset) % N])
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    #[test]
    fn the_oldest_value_makes_room() {
        let mut ring: Ring<u32, 3> = Ring::new();
        for value in 1..=3 {
            assert_eq!(ring.push(value), None);
        }
        assert_eq!(ring.push(4), Some(1));
        assert_eq!(ring.iter().collect::<Vec<_>>(), vec![2, 3, 4]);
    }
}
