package io.moka.apiserver.core.access;

/// Decides whether a request may go on. Called for every request on its virtual thread; must not call etcd.
@FunctionalInterface
public interface Authorizer {

    Decision authorize(Attributes attributes);
}
