//! Addresses and networks that a tenant names.

use std::net::IpAddr;

use dawr_kernel::text::Invalid;
use ipnet::IpNet;

/// A network in CIDR form (RFC 4632), or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network(IpNet);

impl Network {
    /// Whether an address is in it. An IPv4 address that travels as an IPv6 one (RFC 4291, section 2.5.5.2) is itself.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

impl std::str::FromStr for Network {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let address = || text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        let net = text.parse::<IpNet>().or_else(|_| address());
        net.map(|net| Self(net.trunc())).map_err(|_| Invalid::InvalidFormat { expected: "203.0.113.0/24" })
    }
}

dawr_kernel::json_string!(
    Network,
    schemars::json_schema!({ "type": "string", "pattern": "^[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?$", "examples": ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"] })
);

#[cfg(test)]
mod tests {
    use super::*;

    fn has(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_network_has_its_addresses_only() {
        assert!(has("203.0.113.0/24", "203.0.113.255") && !has("203.0.113.0/24", "203.0.114.0"));
        assert!(has("203.0.113.9/24", "203.0.113.1"), "what lies behind the prefix does not count");
        assert!(has("198.51.100.7", "198.51.100.7") && !has("198.51.100.7", "198.51.100.8"));
        assert!(has("198.51.100.7", "::ffff:198.51.100.7"));
        assert!(has("2001:db8::/32", "2001:db8:1::1") && !has("2001:db8::/32", "203.0.113.1"));
    }

    #[test]
    fn only_networks_are_networks() {
        for wrong in ["", "203.0.113", "203.0.113.0/33", "example.com", "203.0.113.0/24,198.51.100.7"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
        assert_eq!("203.0.113.9/24".parse::<Network>().unwrap().to_string(), "203.0.113.0/24");
        assert_eq!("198.51.100.7/32".parse::<Network>().unwrap().to_string(), "198.51.100.7");
    }
}
