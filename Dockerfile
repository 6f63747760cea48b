# The one binary, with the web pages in it. Three stages: pages, program, and an image of the program alone.

FROM node:20.19-bookworm-slim AS pages
WORKDIR /trainyard/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY openapi /trainyard/openapi
COPY frontend ./
RUN npm run build

FROM rust:1.95.0-slim-bookworm AS program
WORKDIR /trainyard
# rust-toolchain.toml stays out: it asks for components that building does not need.
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
COPY backend backend
COPY fuzz fuzz
COPY --from=pages /trainyard/frontend/dist frontend/dist
RUN apt-get update -q && apt-get install -q -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
RUN cargo build --release --locked --package trainyard

FROM debian:bookworm-slim
# The database runs elsewhere (DATABASE_URL): the image holds no Postgres.
RUN useradd --system --uid 10001 --home-dir /var/lib/trainyard --shell /usr/sbin/nologin trainyard \
    && install --directory --owner=10001 --mode=0755 /var/lib/trainyard
COPY --from=program /trainyard/target/release/trainyard /usr/local/bin/trainyard
USER 10001
ENV TRAINYARD_DATA=/var/lib/trainyard
VOLUME /var/lib/trainyard
EXPOSE 8080
ENTRYPOINT ["trainyard"]
CMD ["serve", "--no-worker", "--listen", "0.0.0.0:8080"]
