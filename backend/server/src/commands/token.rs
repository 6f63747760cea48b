//! `trainyard token`: credentials from the command line, while the service runs or not.

use crate::service::{Database, StorageArguments};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use trainyard_store::tokens::{self, NewToken, TokenKind};
use trainyard_types::{Role, TokenId};

#[derive(Args)]
pub(crate) struct TokenArguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a token and print it; it is shown this once
    Create {
        /// viewer, trainer, deployer or admin
        #[arg(long)]
        role: Role,
        /// Whose it is: a person's or a pipeline's name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        storage: StorageArguments,
    },
    /// List the living tokens
    List {
        #[command(flatten)]
        storage: StorageArguments,
    },
    /// End a token
    Revoke {
        id: TokenId,
        #[command(flatten)]
        storage: StorageArguments,
    },
}

pub(crate) fn run(arguments: TokenArguments) -> anyhow::Result<ExitCode> {
    tokio::runtime::Runtime::new()?.block_on(act(arguments.action))
}

async fn act(action: Action) -> anyhow::Result<ExitCode> {
    let (Action::Create { storage, .. } | Action::List { storage } | Action::Revoke { storage, .. }) =
        &action;
    let (database, _lock) = Database::borrow(storage).await?;
    let result = perform(&database, action).await;
    database.close().await?;
    result
}

async fn perform(database: &Database, action: Action) -> anyhow::Result<ExitCode> {
    let mut connection = database.store.connection().await?;
    match action {
        Action::Create { role, name, .. } => {
            anyhow::ensure!(!name.trim().is_empty(), "--name must not be empty");
            let secret = tokens::new_secret()?;
            let token = NewToken {
                name: name.trim(),
                role,
                kind: TokenKind::Token,
                parent: None,
                secret: &secret,
                expires_at: None,
                created_by: "command line",
            };
            tokens::create(&mut connection, token).await?;
            println!("{secret}");
        }
        Action::List { .. } => {
            for token in tokens::list(&mut connection, None, 1000).await? {
                println!("{}  {:<8}  {}", token.id, token.role, token.name);
            }
        }
        Action::Revoke { id, .. } => {
            anyhow::ensure!(tokens::revoke(&mut connection, id).await?, "there is no living token {id}");
            println!("revoked {id}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
