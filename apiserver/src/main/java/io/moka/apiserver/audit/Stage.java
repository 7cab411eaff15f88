package io.moka.apiserver.audit;

/// When in a request's life an event is written.
enum Stage {
    RECEIVED("RequestReceived"), STARTED("ResponseStarted"), COMPLETE("ResponseComplete"), PANIC("Panic");

    final String text;

    Stage(String text) {
        this.text = text;
    }
}
