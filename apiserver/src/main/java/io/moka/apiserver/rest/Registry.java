package io.moka.apiserver.rest;

import io.moka.apiserver.admission.AdmissionChain;
import io.moka.apiserver.resource.Catalog;
import io.moka.apiserver.schema.SchemaRegistry;
import io.moka.apiserver.storage.Caches;
import io.moka.apiserver.storage.Store;
import io.moka.apiserver.strategy.Strategies;
import java.time.InstantSource;

/// All that the verbs work with.
///
/// @param prefix of the keys in the store; ends in `/`
public record Registry(
        Catalog catalog, SchemaRegistry schemas, Store store, Caches caches, String prefix,
        Strategies strategies, AdmissionChain admission, InstantSource clock) {}
