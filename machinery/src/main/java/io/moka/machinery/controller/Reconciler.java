package io.moka.machinery.controller;

/// Brings the actual state to the desired state of one object. Called with the object's key, by one thread at a time for each key.
@FunctionalInterface
public interface Reconciler<K> {

    Outcome reconcile(K key) throws Exception;
}
