//! Lines from the RFCs, from loghub and from routers, cut by hand.

use super::*;

fn clock() -> Clock {
    Clock::new("2025-07-01T12:00:00Z".parse().unwrap(), 0)
}

type Cut<'a> = (Option<&'a str>, Option<u8>, Option<&'a str>, Option<&'a str>, &'a str);

fn check(line: &str, expected: Cut<'_>) {
    let f = parse(line, &clock()).unwrap_or_else(|reason| panic!("{line}: {reason}"));
    let found = (f.host.as_deref(), f.severity, f.process.as_deref(), f.pid.as_deref(), &*f.message);
    assert_eq!(found, expected, "{line}");
}

#[test]
fn rfc_3164_and_relatives() {
    check(
        "Jun 14 15:16:02 combo sshd(pam_unix)[19937]: check pass; user unknown",
        (Some("combo"), None, Some("sshd(pam_unix)"), Some("19937"), "check pass; user unknown"),
    );
    check(
        "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
        (Some("mymachine"), Some(2), Some("su"), None, "'su root' failed for lonvick on /dev/pts/8"),
    );
    check(
        "Jun 19 04:09:11 combo syslogd 1.4.1: restart.",
        (Some("combo"), None, Some("syslogd 1.4.1"), None, "restart."),
    );
    check(
        "Jul  2 18:35:44 mac sandboxd[129] ([32626]): com.apple.Addres(32626) deny",
        (Some("mac"), None, Some("sandboxd"), Some("129"), "com.apple.Addres(32626) deny"),
    );
    check(
        "Jul  1 10:00:00 mac Google Chrome[41]: Not all: done",
        (Some("mac"), None, Some("Google Chrome"), Some("41"), "Not all: done"),
    );
    check(
        "Jul  1 10:00:00 mac --- last message repeated 1 time ---",
        (Some("mac"), None, None, None, "--- last message repeated 1 time ---"),
    );
    check("Jul  1 10:00:00 hostapd: wlan0: up", (None, None, Some("hostapd"), None, "wlan0: up"));
    check(
        "2025-07-01T10:00:00.123+02:00 gw dropbear[7]: Exit",
        (Some("gw"), None, Some("dropbear"), Some("7"), "Exit"),
    );
    check("Jul  1 10:00:00 gw cron[3]: ", (Some("gw"), None, Some("cron"), Some("3"), ""));
}

#[test]
fn openwrt() {
    check(
        "Tue Jul  1 09:00:55 2025 daemon.notice hostapd: wlan0: AP-STA-CONNECTED aa:bb:cc:dd:ee:ff",
        (None, Some(5), Some("hostapd"), None, "wlan0: AP-STA-CONNECTED aa:bb:cc:dd:ee:ff"),
    );
}

#[test]
fn rfc_5424() {
    check(
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed",
        (Some("mymachine.example.com"), Some(2), Some("su"), None, "'su root' failed"),
    );
    check(
        r#"<165>1 2003-10-11T22:14:15.003Z host evntslog 12 ID47 [a@1 iut="3" s="A\"]pp"][b x="1"] An event"#,
        (Some("host"), Some(5), Some("evntslog"), Some("12"), "An event"),
    );
    assert_eq!(parse("<34>1 - host su - - - x", &clock()).unwrap_err(), "timestamp is missing (`-`)");
    assert_eq!(
        parse("<34>1 noon host su - - - x", &clock()).unwrap_err(),
        "timestamp `noon` is in no known form"
    );
}

#[test]
fn a_line_without_a_time_is_refused() {
    for line in
        ["", "hello", "Jux 14 15:16:01 combo x: y", "<999>", "\u{fffd}\u{1f600}: ümläut", "Jun 14 15:1"]
    {
        assert!(parse(line, &clock()).unwrap_err().starts_with("the line does not begin"), "{line}");
    }
}
