package io.moka.machinery.controller;

/// Makes the world as one object says. Called with the object's key, by one thread at a time for each key.
@FunctionalInterface
public interface Reconciler<K> {

    Outcome reconcile(K key) throws Exception;
}
