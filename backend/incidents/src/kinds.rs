//! The kinds of incidents.

/// What happens in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    NewStatement,
    RareBurst,
    RateBurst,
    Errors,
    FarValue,
    NewValue,
    NewProcess,
    Silence,
    Drift,
    CutShort,
    MissingStep,
    RepeatedStep,
    RareStep,
    ForeignSteps,
    OutOfOrder,
    LateStep,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::NewStatement,
        Self::RareBurst,
        Self::RateBurst,
        Self::Errors,
        Self::FarValue,
        Self::NewValue,
        Self::NewProcess,
        Self::Silence,
        Self::Drift,
        Self::CutShort,
        Self::MissingStep,
        Self::RepeatedStep,
        Self::RareStep,
        Self::ForeignSteps,
        Self::OutOfOrder,
        Self::LateStep,
    ];

    /// Those that happen in the course of time.
    pub(crate) const OF_TIME: [Self; 9] = [
        Self::NewStatement,
        Self::RareBurst,
        Self::RateBurst,
        Self::Errors,
        Self::FarValue,
        Self::NewValue,
        Self::NewProcess,
        Self::Silence,
        Self::Drift,
    ];

    /// Those that happen to sessions.
    pub(crate) const OF_SESSIONS: [Self; 8] = [
        Self::CutShort,
        Self::MissingStep,
        Self::RepeatedStep,
        Self::RareStep,
        Self::NewStatement,
        Self::ForeignSteps,
        Self::OutOfOrder,
        Self::LateStep,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::NewStatement => "new_statement",
            Self::RareBurst => "rare_burst",
            Self::RateBurst => "rate_burst",
            Self::Errors => "errors",
            Self::FarValue => "far_value",
            Self::NewValue => "new_value",
            Self::NewProcess => "new_process",
            Self::Silence => "silence",
            Self::Drift => "drift",
            Self::CutShort => "cut_short",
            Self::MissingStep => "missing_step",
            Self::RepeatedStep => "repeated_step",
            Self::RareStep => "rare_step",
            Self::ForeignSteps => "foreign_steps",
            Self::OutOfOrder => "out_of_order",
            Self::LateStep => "late_step",
        }
    }

    /// What happens, in words.
    pub fn description(self) -> &'static str {
        match self {
            Self::NewStatement => "a statement that was never seen is logged a few times",
            Self::RareBurst => "a statement that is rare is logged many times in a short while",
            Self::RateBurst => "an ordinary statement is logged several times as often as at its busiest",
            Self::Errors => "an ordinary statement is logged as a failure, at the level of errors",
            Self::FarValue => "a number in a statement is many times as large as the largest usual ones",
            Self::NewValue => "a statement names somebody or something again and again that was never named",
            Self::NewProcess => "a process or host that was never seen logs ordinary statements",
            Self::Silence => "a process that is never quiet for long falls silent",
            Self::Drift => "an ordinary statement slowly becomes more and more frequent",
            Self::CutShort => "a session ends early",
            Self::MissingStep => "a usual step of a session is missing",
            Self::RepeatedStep => "a step of a session is repeated many times",
            Self::RareStep => "steps that few sessions have happen in one that usually would not have them",
            Self::ForeignSteps => "the steps of two sessions happen in one",
            Self::OutOfOrder => "the steps of a session happen in another order",
            Self::LateStep => "a part of a session happens much later than usual",
        }
    }
}
