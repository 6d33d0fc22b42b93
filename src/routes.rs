//! The whole route table, and the service that answers it. The only file that names every feature.

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpServer, web};
use std::net::TcpListener;
use std::time::Duration;

use crate::app::App;
use crate::error::Problem;
use crate::web::gate::{self, Gates};
use crate::web::routes::Entry;
use crate::web::trace::RequestSpan;
use crate::web::{headers, problem};
use crate::{
    accounts, applications, conflicts, decisions, feedback, insight, letters, moderation, rounds, scoring, trail,
};

/// Every route of the service, in the order of the process.
#[must_use]
pub fn table() -> Vec<Entry> {
    [
        crate::web::statics::routes(),
        crate::web::kept::routes(),
        accounts::pages::routes(),
        rounds::pages::routes(),
        applications::pages::routes(),
        conflicts::pages::routes(),
        scoring::pages::routes(),
        moderation::pages::routes(),
        decisions::pages::routes(),
        feedback::pages::routes(),
        letters::pages::routes(),
        insight::pages::routes(),
        trail::pages::routes(),
    ]
    .concat()
}

/// Registers the table: one resource a path, so that a wrong method is "not found" like a wrong path.
pub fn configure(config: &mut web::ServiceConfig) {
    let table = table();
    let mut paths: Vec<&'static str> = table.iter().map(|entry| entry.path).collect();
    paths.dedup();
    let mut done: Vec<&'static str> = Vec::new();
    for path in paths {
        if done.contains(&path) {
            continue;
        }
        done.push(path);
        let mut resource = web::resource(path);
        for entry in table.iter().filter(|entry| entry.path == path) {
            resource = resource.route(entry.guarded());
        }
        config.service(resource.default_service(web::to(problem::not_found)));
    }
    config.default_service(web::to(problem::not_found));
}

/// Serves the application on a listener until it is stopped.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(app: web::Data<App>, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    let gates = web::Data::new(Gates::new(&table()));
    Ok(HttpServer::new(move || {
        ActixApp::new()
            .app_data(app.clone())
            .app_data(gates.clone())
            .app_data(web::QueryConfig::default().error_handler(|e, _| Problem::Malformed(e.to_string()).into()))
            .wrap(from_fn(gate::pass))
            .wrap(from_fn(problem::catch))
            .wrap(Compress::default())
            .wrap(from_fn(headers::add))
            .wrap(tracing_actix_web::TracingLogger::<RequestSpan>::new())
            .configure(configure)
    })
    .workers(workers)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(20)
    .listen(listener)?
    .run())
}
