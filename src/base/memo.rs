//! What was read at some place in the trail, kept until the trail says otherwise.

use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// How many things are kept at once: each may hold a whole round.
const MOST: usize = 12;

/// Kept values by their type and a key, each with the place in the trail that it was read at. Losing one costs time and nothing else.
#[derive(Default)]
pub struct Memo(Mutex<BTreeMap<(TypeId, i32), Kept>>);

type Kept = (i64, Arc<dyn Any + Send + Sync>);

impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

impl Memo {
    /// The value of a type and key with its place, if it is kept.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self, key: i32) -> Option<(i64, Arc<T>)> {
        let kept = self.0.lock().ok()?;
        let (place, value) = kept.get(&(TypeId::of::<T>(), key))?;
        Some((*place, Arc::clone(value).downcast::<T>().ok()?))
    }

    /// Forgets everything: for whoever changes the database past the trail, as tests do.
    pub fn clear(&self) {
        if let Ok(mut kept) = self.0.lock() {
            kept.clear();
        }
    }

    /// Keeps a value, unless one of a later place is there.
    pub fn put<T: Send + Sync + 'static>(&self, key: i32, place: i64, value: Arc<T>) {
        let Ok(mut kept) = self.0.lock() else { return };
        let key = (TypeId::of::<T>(), key);
        if kept.get(&key).is_some_and(|(held, _)| *held > place) {
            return;
        }
        if kept.len() >= MOST && !kept.contains_key(&key) {
            kept.pop_first();
        }
        kept.insert(key, (place, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_later_place_is_kept_and_no_more_than_there_is_room_for() {
        let memo = Memo::default();
        memo.put(1, 5, Arc::new("five".to_owned()));
        memo.put(1, 4, Arc::new("four".to_owned()));
        assert_eq!(memo.get::<String>(1).map(|(place, text)| (place, text.to_string())), Some((5, "five".to_owned())));
        assert!(memo.get::<i32>(1).is_none(), "another type");
        memo.put(1, 2, Arc::new(7_i32));
        assert_eq!(memo.get::<i32>(1).map(|(place, number)| (place, *number)), Some((2, 7)));
        assert_eq!(memo.get::<String>(1).map(|(place, _)| place), Some(5), "beside the other");
        for key in 2..20 {
            memo.put(key, 1, Arc::new(key));
        }
        assert!(memo.0.lock().unwrap().len() <= MOST);
    }
}
