/// Empties namespaces that are being deleted, then lets them go.
///
/// Promises: every kind of object that discovery names is deleted, custom ones included; a namespace stays until all are really
/// gone, and its conditions tell what it waits for. Pods go first, with their grace period: nothing else is touched while there are any.
///
/// Follows upstream's `pkg/controller/namespace`. Read [NamespaceReconciler].
@NullMarked
package io.moka.controllers.namespace;

import org.jspecify.annotations.NullMarked;
