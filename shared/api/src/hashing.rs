//! What hashing a password costs whoever guesses, and whoever signs in.

/// The parameters of Argon2id, besides its one lane.
///
/// A deployed function and `cargo run` have [`Hashing::DEPLOYED`]: no setting changes it, and no parameter of a deployment.
/// A test that is not about passwords takes [`Hashing::cheap`]; that nothing else does is itself tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashing {
    memory_kib: u32,
    passes: u32,
}

impl Hashing {
    /// 19 MiB, twice: the least that OWASP names.
    pub const DEPLOYED: Self = Self { memory_kib: 19_456, passes: 2 };

    /// The least that Argon2 knows: for the harness of the tests.
    #[must_use]
    pub const fn cheap() -> Self {
        Self { memory_kib: 8, passes: 1 }
    }

    /// How much memory it takes, in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// How often it goes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }
}
