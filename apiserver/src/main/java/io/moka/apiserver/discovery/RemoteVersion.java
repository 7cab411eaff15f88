package io.moka.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ArrayNode;

/// A group version that another server serves.
///
/// @param resources in the form of aggregated discovery, as they were last seen
/// @param fresh     whether that server answers
public record RemoteVersion(String group, String version, ArrayNode resources, boolean fresh) {}
