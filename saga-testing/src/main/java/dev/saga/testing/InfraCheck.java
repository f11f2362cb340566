package dev.saga.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Ends a build that asks for containers where there is no engine, before its first test and with one sentence. */
public final class InfraCheck implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        if (System.getProperty("infra", "local").equals("containers")) {
            ContainersInfra.requireEngine();
        }
    }
}
