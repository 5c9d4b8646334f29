//! The one-machine cloud, and the tools that generate, build and test.
pub mod audit;
pub mod aws;
pub mod build;
pub mod cloud;
pub mod generate;
pub mod lan;
pub mod migrate;
pub mod operator;
pub mod simulator;
pub mod test;
pub mod web;
