package io.moka.dns.server;

import org.xbill.DNS.Name;

/// Receives the steps by which an answer is found, for the explanations of `moka dns why`.
@FunctionalInterface
public interface Trace {

    Trace NONE = (name, text) -> { };

    void step(Name name, Object text);
}
