//! What was read or worked out once, under a key that never comes to mean anything else, so that it stays true. The
//! keeping is bounded, and forgets all when it is full.
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

pub struct Cache<K, V> {
    kept: RwLock<(BTreeMap<K, Arc<V>>, usize)>,
    most: usize,
}

impl<K: Ord, V> Cache<K, V> {
    /// It holds values that weigh at most `most` together.
    pub const fn new(most: usize) -> Self {
        Self { kept: RwLock::new((BTreeMap::new(), 0)), most }
    }

    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).0.get(key).cloned()
    }

    /// Keeps a value, and hands it back. Two who read the same keep it twice over, which does no harm.
    pub fn keep(&self, key: K, value: V, weight: usize) -> Arc<V> {
        let value = Arc::new(value);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if kept.1.saturating_add(weight) > self.most {
            *kept = (BTreeMap::new(), 0);
        }
        kept.1 = kept.1.saturating_add(weight);
        kept.0.insert(key, value.clone());
        value
    }
}
