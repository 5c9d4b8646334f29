//! Every endpoint, from outside.
