//! What requests to the table cost. Off in production; the budgets of the tests read it.

use std::sync::Mutex;

use aws_sdk_dynamodb::types::ConsumedCapacity;

/// The cost of some requests.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Requests to the table.
    pub trips: u32,
    /// Read units.
    pub read: f64,
    /// Write units.
    pub write: f64,
}

/// Adds up what requests cost.
#[derive(Debug, Default)]
pub struct Meter(Mutex<Cost>);

impl Meter {
    /// What was spent since the last call.
    pub fn take(&self) -> Cost {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    pub(crate) fn read(&self, consumed: &[ConsumedCapacity]) {
        let units = units(consumed);
        self.add(|cost| cost.read += units);
    }

    pub(crate) fn write(&self, consumed: &[ConsumedCapacity]) {
        let units = units(consumed);
        self.add(|cost| cost.write += units);
    }

    fn add(&self, change: impl FnOnce(&mut Cost)) {
        let mut cost = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        cost.trips += 1;
        change(&mut cost);
    }
}

fn units(consumed: &[ConsumedCapacity]) -> f64 {
    consumed.iter().filter_map(ConsumedCapacity::capacity_units).sum()
}
