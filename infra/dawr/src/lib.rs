//! 
pub mod simulator;
