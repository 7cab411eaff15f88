package io.moka.apiserver.openapi;

/// The two versions of OpenAPI: they differ in where types are, and in how a reference may carry a description.
enum Dialect {
    V2("#/definitions/"), V3("#/components/schemas/");

    final String prefix;

    Dialect(String prefix) {
        this.prefix = prefix;
    }
}
