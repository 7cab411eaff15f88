package io.moka.apiserver.front.openapi;

/// The versions of OpenAPI, which differ in the place of types, and in whether a reference may have a description beside it.
enum Dialect {
    V2("#/definitions/"), V3("#/components/schemas/");

    final String prefix;

    Dialect(String prefix) {
        this.prefix = prefix;
    }
}
