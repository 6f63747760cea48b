//! Example logs: a home router's syslog, made up, the same for the same seed. It has a daily rhythm, a few restless
//! stations, and two bursts worth finding: an attempt to guess passwords, and a radio that keeps dropping stations.

use chrono::{DateTime, Duration, Timelike, Utc};
use std::io::{self, Write};

/// Writes `records` lines of RFC 3164 syslog with priority, in time order from 2025-06-02 on.
pub fn example_logs(records: usize, seed: u64, writer: &mut impl Write) -> io::Result<()> {
    let mut random = Random(seed);
    let stations: Vec<String> = (0..24).map(|_| random.mac()).collect();
    let mut time = DateTime::<Utc>::UNIX_EPOCH + Duration::seconds(1_748_822_400);
    for index in 0..records {
        let place = index as f64 / records.max(1) as f64;
        let burst = match place {
            p if (0.62..0.64).contains(&p) => Burst::Guessing,
            p if (0.88..0.895).contains(&p) => Burst::Radio,
            _ => Burst::None,
        };
        let by_day = (7..23).contains(&time.hour());
        let pause = match burst {
            Burst::None if by_day => 25.0,
            Burst::None => 110.0,
            _ => 1.5,
        };
        time += Duration::milliseconds((random.exponential(pause) * 1000.0) as i64);
        let (severity, tag, message) = match burst {
            Burst::Guessing => guessing(&mut random),
            Burst::Radio => radio(&mut random, &stations),
            Burst::None => usual(&mut random, &stations),
        };
        let facility = if tag.starts_with("kernel") { 0 } else { 3 };
        writeln!(
            writer,
            "<{}>{} router {tag}: {message}",
            facility * 8 + severity,
            time.format("%Y-%m-%dT%H:%M:%S%.3fZ")
        )?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Burst {
    None,
    Guessing,
    Radio,
}

/// Severity, tag and message.
type Line = (u8, &'static str, String);

fn usual(random: &mut Random, stations: &[String]) -> Line {
    // Some stations come and go more than others.
    let at = random.below(stations.len() as u64).min(random.below(stations.len() as u64)) as usize;
    let station = &stations[at];
    match random.below(100) {
        0..=21 => (6, "hostapd[812]", format!("wlan0: AP-STA-CONNECTED {station}")),
        22..=42 => (6, "hostapd[812]", format!("wlan0: AP-STA-DISCONNECTED {station}")),
        43..=58 => (
            6,
            "dnsmasq-dhcp[1033]",
            format!("DHCPACK(br-lan) 192.168.1.{} {station} station-{at}", 100 + at),
        ),
        59..=73 => (
            6,
            "dnsmasq[1032]",
            format!("query[A] host-{}.example.net from 192.168.1.{}", random.below(400), 100 + at),
        ),
        74..=83 => (
            7,
            "kernel",
            format!(
                "wl0: rssi -{} channel {} rate {}",
                35 + random.below(45),
                1 + 5 * random.below(3),
                6000 + random.below(80_000)
            ),
        ),
        84..=90 => (6, "crond[655]", format!("USER root pid {} cmd logrotate", 2000 + random.below(9000))),
        91..=95 => (
            5,
            "netifd",
            format!("Interface 'wan' renewed its lease for {} seconds", 3600 * (1 + random.below(4))),
        ),
        96..=98 => (
            4,
            "hostapd[812]",
            format!("wlan0: STA {station} IEEE 802.11: did not acknowledge authentication response"),
        ),
        _ => (
            6,
            "dropbear[941]",
            format!(
                "Password auth succeeded for 'root' from 192.168.1.{}:{}",
                100 + at,
                32_768 + random.below(28_000)
            ),
        ),
    }
}

fn guessing(random: &mut Random) -> Line {
    let address = format!("203.0.113.{}:{}", 40 + random.below(4), 32_768 + random.below(28_000));
    let user = ["root", "admin", "user", "ubnt", "pi"][random.below(5) as usize];
    match random.below(3) {
        0 => (4, "dropbear[941]", format!("Login attempt for nonexistent user from {address}")),
        1 => (4, "dropbear[941]", format!("Bad password attempt for '{user}' from {address}")),
        _ => (
            6,
            "dropbear[941]",
            format!(
                "Exit before auth (user '{user}', {} fails): Max auth tries reached",
                5 + random.below(6)
            ),
        ),
    }
}

fn radio(random: &mut Random, stations: &[String]) -> Line {
    let station = &stations[random.below(stations.len() as u64) as usize];
    match random.below(4) {
        0 => (3, "kernel", format!("wl0: firmware error 0x{:08x}, resetting radio", random.next() as u32)),
        1 => (2, "kernel", "wl0: watchdog timeout, tx queue stuck".to_owned()),
        2 => (
            4,
            "hostapd[812]",
            format!("wlan0: STA {station} IEEE 802.11: deauthenticated due to local deauth request"),
        ),
        _ => (6, "hostapd[812]", format!("wlan0: AP-STA-DISCONNECTED {station}")),
    }
}

/// SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014): small, and the same
/// everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; its slight bias does not matter here.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// Exponentially distributed with this mean.
    fn exponential(&mut self, mean: f64) -> f64 {
        let unit = ((self.next() >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        -mean * unit.ln()
    }

    /// A locally administered MAC address.
    fn mac(&mut self) -> String {
        let bytes = self.next().to_be_bytes();
        let tail: Vec<String> = bytes[1..6].iter().map(|b| format!("{b:02x}")).collect();
        format!("{:02x}:{}", (bytes[0] | 2) & !1, tail.join(":"))
    }
}
