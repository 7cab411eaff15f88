/// Chapter 4: what users add to the API while it runs.
///
/// - `crd` publishes the resources of CustomResourceDefinitions; `structural` prunes, defaults and validates their objects, and `cel` runs expressions.
/// - `aggregation` passes the requests for other servers' group versions on to them.
/// - `webhook` calls the webhooks of users, for conversion here and for chapter `admission`.
///
/// This chapter uses `core`, `front` and `kinds`.
///
/// Read `crd.DefinitionController` first.
@NullMarked
package io.moka.apiserver.extension;

import org.jspecify.annotations.NullMarked;
