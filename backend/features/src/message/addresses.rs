//! IP and MAC addresses in a message. Searches begin at the separators (`.`, `:`, `-`), which most messages have few
//! of; the definitions are those of the catalogue's `ip_count` and `mac_count`.

use std::net::Ipv6Addr;

/// The addresses of one message, with repetitions, in no particular order.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    /// The 48 bits of each MAC address.
    pub(crate) macs: Vec<u64>,
    /// The 128 bits of each IPv6 address; an IPv4 address is IPv4-mapped (RFC 4291, section 2.5.5.2).
    pub(crate) ips: Vec<u128>,
}

impl Addresses {
    /// Finds the addresses in a message; those found before are forgotten.
    pub(crate) fn find(&mut self, message: &[u8]) {
        self.macs.clear();
        self.ips.clear();
        for_each_run(
            message,
            b'.',
            |b| b.is_ascii_digit(),
            |start, end| {
                let letter = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphabetic);
                let before = start.checked_sub(1).and_then(|at| message.get(at));
                if !letter(before)
                    && !letter(message.get(end))
                    && let Some(address) = ipv4(&message[start..end])
                {
                    self.ips.push(0xffff_0000_0000 | u128::from(address));
                }
            },
        );
        for_each_run(
            message,
            b':',
            |b| b.is_ascii_alphanumeric(),
            |start, end| {
                let run = &message[start..end];
                self.macs_in(run, b':');
                if run.iter().filter(|b| **b == b':').count() >= 2 {
                    self.ipv6_in(run);
                }
            },
        );
        for_each_run(
            message,
            b'-',
            |b| b.is_ascii_alphanumeric(),
            |start, end| {
                self.macs_in(&message[start..end], b'-');
            },
        );
    }

    fn macs_in(&mut self, run: &[u8], separator: u8) {
        let (mut groups, mut value) = (0, 0u64);
        for group in run.split(|b| *b == separator).map(Some).chain([None]) {
            match group.and_then(two_hex_digits) {
                Some(byte) => {
                    groups += 1;
                    value = value << 8 | u64::from(byte);
                }
                None => {
                    if groups == 6 {
                        self.macs.push(value);
                    }
                    (groups, value) = (0, 0);
                }
            }
        }
    }

    fn ipv6_in(&mut self, run: &[u8]) {
        let mut start = None;
        let mut at = 0;
        for group in run.split(|b| *b == b':') {
            if group.len() <= 4 && group.iter().all(u8::is_ascii_hexdigit) {
                start.get_or_insert(at);
            } else if let Some(start) = start.take() {
                // Up to the colon before this group.
                self.ips.extend(ipv6(&run[start..at - 1]));
            }
            at += group.len() + 1;
        }
        if let Some(start) = start {
            self.ips.extend(ipv6(&run[start..]));
        }
    }
}

/// Calls `found` with the ends of every maximal run of `separator` and `member` bytes that holds a `separator`.
fn for_each_run(
    text: &[u8],
    separator: u8,
    member: impl Fn(u8) -> bool,
    mut found: impl FnMut(usize, usize),
) {
    let mut from = 0;
    while let Some(at) = memchr::memchr(separator, &text[from..]) {
        let at = from + at;
        let within = |b: &u8| *b == separator || member(*b);
        let start = at - text[from..at].iter().rev().take_while(|b| within(b)).count();
        let end = at + text[at..].iter().take_while(|b| within(b)).count();
        found(start, end);
        from = end;
    }
}

fn ipv4(run: &[u8]) -> Option<u32> {
    let first = run.iter().position(|b| *b != b'.')?;
    let last = run.iter().rposition(|b| *b != b'.')?;
    let (mut address, mut count) = (0u32, 0);
    for number in run[first..=last].split(|b| *b == b'.') {
        if number.is_empty() || number.len() > 3 || count == 4 {
            return None;
        }
        let value = number.iter().fold(0u32, |value, digit| value * 10 + u32::from(digit - b'0'));
        if value > 255 {
            return None;
        }
        address = address << 8 | value;
        count += 1;
    }
    (count == 4).then_some(address)
}

fn two_hex_digits(group: &[u8]) -> Option<u8> {
    let [high, low] = group else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}

fn ipv6(groups: &[u8]) -> Option<u128> {
    let mut text = groups;
    if let [b':', rest @ ..] = text
        && !rest.starts_with(b":")
    {
        text = rest;
    }
    if let [rest @ .., b':'] = text
        && !rest.ends_with(b":")
    {
        text = rest;
    }
    let colons = text.iter().filter(|b| **b == b':').count();
    if colons < 2 || text.len() == colons {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse::<Ipv6Addr>().ok().map(u128::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(message: &str) -> (Vec<String>, Vec<String>) {
        let mut addresses = Addresses::default();
        addresses.find(message.as_bytes());
        let ip = |bits: &u128| Ipv6Addr::from(*bits).to_canonical().to_string();
        (addresses.ips.iter().map(ip).collect(), addresses.macs.iter().map(|m| format!("{m:012x}")).collect())
    }

    #[test]
    fn ip_addresses_in_their_habitats() {
        for (message, expected) in [
            ("src: /10.250.18.114:43996 dest: /10.250.18.114:50010", vec!["10.250.18.114", "10.250.18.114"]),
            ("from 218.188.2.4.", vec!["218.188.2.4"]),
            ("rhost=218.188.2.4 user", vec!["218.188.2.4"]),
            ("1.2.3.4.5 256.1.1.1 1.2.3 v1.2.3.4 1.2.3.4a 1..2.3.4 0001.2.3.4", vec![]),
            ("ping fe80::1, [2001:DB8::8:800]:443", vec!["fe80::1", "2001:db8::8:800"]),
            ("from:fe80::1: gone", vec!["fe80::1"]),
            ("awdl0 (FE80:0000:0000:0000:D8A5:90FF:FEF5:7FFF)", vec!["fe80::d8a5:90ff:fef5:7fff"]),
            ("at 12:30:45 std::sync::Arc <0>(0x0)::x :: a:b", vec![]),
        ] {
            assert_eq!(found(message).0, expected, "{message}");
        }
    }

    #[test]
    fn mac_addresses_in_their_habitats() {
        for (message, expected) in [
            ("AP-STA-CONNECTED aa:BB:cc:00:11:22", vec!["aabbcc001122"]),
            ("mac:aa:bb:cc:00:11:22, x=AA-BB-CC-00-11-22", vec!["aabbcc001122", "aabbcc001122"]),
            ("00:11:22:33:44:55:66 12:30:45 00-11-22-33-44", vec![]),
            ("zz:00:11:22:33:44:55:", vec!["001122334455"]),
        ] {
            assert_eq!(found(message).1, expected, "{message}");
        }
    }
}
