//! Rules that were read once. A version of rules never changes, so what is kept under its id stays true; the keeping is
//! bounded, and forgets all when it is full.
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use uuid::Uuid;

use super::rule::RuleBook;

const MOST: usize = 4096;

#[derive(Default)]
pub struct Cache(RwLock<BTreeMap<Uuid, Arc<RuleBook>>>);

impl Cache {
    pub const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    pub fn get(&self, id: Uuid) -> Option<Arc<RuleBook>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    pub fn keep(&self, id: Uuid, book: Arc<RuleBook>) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(id, book);
    }
}
