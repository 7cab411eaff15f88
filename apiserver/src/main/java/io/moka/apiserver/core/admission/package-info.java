/// The contract between the verbs and admission plugins.
///
/// - Mutating plugins run before validation, validating plugins after it; both in a fixed order.
/// - A plugin rejects a request by throwing; nothing has been written then.
/// - When an extension has changed the object, the mutating plugins run a second time, and never a third.
/// - A plugin sees the object that is written: for a subresource an object of its own kind, for a connection (`CONNECT`) its parameters, for a delete the
/// old object.
/// - An update that is retried because of a conflict runs through the plugins again.
///
/// The plugins themselves are in chapter `admission`.
///
/// Read `AdmissionPlugin` first, then `AdmissionRequest`.
@NullMarked
package io.moka.apiserver.core.admission;

import org.jspecify.annotations.NullMarked;
