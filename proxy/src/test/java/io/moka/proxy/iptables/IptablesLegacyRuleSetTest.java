package io.moka.proxy.iptables;

/// Mode iptables with the back end `legacy`.
class IptablesLegacyRuleSetTest extends IptablesContract {

    IptablesLegacyRuleSetTest() {
        super("legacy");
    }
}
