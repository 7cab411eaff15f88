/// The common parts of objects of all kinds: keys, labels and label selectors, quantities, conditions and owners.
///
/// Promises:
/// - everything here is a pure function or an immutable value; nothing talks to a server;
/// - selectors mean exactly what Kubernetes documents, set-based operators and missing keys included;
/// - quantities are exact: [Quantity] keeps the number and its notation, [Quantities] gives milli-units and bytes in a `long`, rounded up
///   as upstream rounds.
///
/// Upstream spreads this over `apimachinery/pkg/{labels,fields,api/resource,apis/meta}`. Read [ObjectKey] first.
@NullMarked
package io.moka.machinery.meta;

import org.jspecify.annotations.NullMarked;
