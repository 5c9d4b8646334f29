//! 
pub mod aws;
