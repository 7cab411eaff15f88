package io.moka.apiserver.front.audit;

/// The stage of a request at which an event is generated.
enum Stage {
    RECEIVED("RequestReceived"), STARTED("ResponseStarted"), COMPLETE("ResponseComplete"), PANIC("Panic");

    final String text;

    Stage(String text) {
        this.text = text;
    }
}
