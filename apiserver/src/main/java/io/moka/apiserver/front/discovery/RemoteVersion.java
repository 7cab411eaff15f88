package io.moka.apiserver.front.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;

/// A group version that another server serves.
///
/// @param resources the last seen resources, in the form of aggregated discovery
/// @param fresh     whether the server is available
public record RemoteVersion(String group, String version, ArrayNode resources, boolean fresh) {}
