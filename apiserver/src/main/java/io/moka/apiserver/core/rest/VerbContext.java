package io.moka.apiserver.core.rest;

import io.moka.apiserver.core.admission.AdmissionChain;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.schema.SchemaRegistry;
import io.moka.apiserver.core.storage.Caches;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.strategy.Strategies;
import java.time.InstantSource;

/// The parts of the server that the verbs use.
///
/// @param prefix the prefix of the keys in the store; ends in `/`
public record VerbContext(
        Catalog catalog, SchemaRegistry schemas, Store store, Caches caches, String prefix,
        Strategies strategies, WarningRules warnings, AdmissionChain admission, InstantSource clock) {}
