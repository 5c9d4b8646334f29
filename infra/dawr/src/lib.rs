//! The one-machine cloud, and the tools that generate, build and test.
pub mod aws;
pub mod simulator;
pub mod cloud;
pub mod build;
pub mod generate;
pub mod test;
