/// Chapter 1: the path of an object between a request and etcd, the same for all kinds.
///
/// - `resource` lists the kinds, as data; `schema` checks their types, sets defaults and validates.
/// - `rest` has a class for each verb; `request` is the request as the verbs see it, and `access` is its user.
/// - `storage` reads and writes etcd and keeps the watch caches; `encryption` stands between the two.
/// - `patch` and `fieldmanager` compute what an update changes, and who owns the changed fields.
/// - `strategy` and `admission` are the two seams at which other chapters add rules: by kind, and across kinds.
/// - `json`, `status`, `protobuf`, `time`: the formats of objects, errors and times.
///
/// No package of this chapter uses another chapter.
///
/// Read the packages in the order of a write: `request`, `rest`, `storage`.
@NullMarked
package io.moka.apiserver.core;

import org.jspecify.annotations.NullMarked;
