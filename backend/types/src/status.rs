//! The closed vocabularies: statuses, stages and roles. Their text form is the same in the database,
//! the API and the UI.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(format!("`{text}` is none of {}", [$($text),*].join(", "))),
                }
            }
        }
    )*};
}

words! {
    /// Where a dataset is between upload and use.
    DatasetStatus {
        /// Stored; its format and counts are being found.
        Profiling = "profiling",
        /// Can be trained on.
        Ready = "ready",
        /// Cannot be read as logs; `error` says why.
        Invalid = "invalid",
    }
    /// Where a training job is.
    JobStatus {
        Pending = "pending",
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        Cancelled = "cancelled",
    }
    /// What a running job is doing, in this order.
    Stage {
        Reading = "reading",
        Parsing = "parsing",
        Features = "features",
        Training = "training",
        Evaluating = "evaluating",
        Exporting = "exporting",
    }
    /// Where a model is.
    ModelStatus {
        /// Trained; can be deployed.
        Ready = "ready",
        /// The deployed version of its name.
        Deployed = "deployed",
        /// Kept on record, out of use.
        Archived = "archived",
    }
    /// What became of a deployment.
    DeploymentStatus {
        Active = "active",
        /// A later version of the same name was deployed.
        Superseded = "superseded",
        /// Taken back in favour of the version deployed before.
        RolledBack = "rolled_back",
        /// Taken out of use.
        Retired = "retired",
    }
    /// What a token may do; each role may do all that the ones before it may.
    Role {
        /// Reads.
        Viewer = "viewer",
        /// Uploads, trains, cancels, deletes.
        Trainer = "trainer",
        /// Deploys, undeploys, rolls back.
        Deployer = "deployer",
        /// Manages tokens.
        Admin = "admin",
    }
}
