/// Deletes all objects in namespaces that are being deleted, then removes the namespaces' finalizer.
///
/// Promises: every kind of object that discovery names is deleted, custom ones included; a namespace stays until all objects are really gone, and its
/// conditions name the objects that remain. Pods are deleted first, with their grace period: no other object is deleted while there are any.
///
/// Follows upstream's `pkg/controller/namespace`. Read [NamespaceReconciler].
@NullMarked
package io.moka.controllers.namespace;

import org.jspecify.annotations.NullMarked;
