package dev.saga.testing;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.annotation.Transactional;

/** The shape of the code, the same for every module; each rule gives its reason. */
public final class ArchitectureRules {
    private static final Pattern SUFFIX = Pattern.compile(".*(Impl|Utils?|Helper|Manager|Dto)$|^Abstract.*");

    private ArchitectureRules() {}

    /** Checks all main classes below a package. */
    public static void check(String basePackage) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(basePackage)
                .that(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("dev.saga.testing..")));
        rules().forEach(rule -> rule.allowEmptyShould(true).check(classes));
    }

    private static List<ArchRule> rules() {
        return List.of(
                classes()
                        .that()
                        .resideInAnyPackage("..domain..", "dev.saga.events..")
                        .should()
                        .onlyDependOnClassesThat()
                        .resideInAnyPackage("java..", "org.jspecify..", "dev.saga.events..", "..domain..")
                        .because("the domain decides with nothing but what it is given"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages("dev.saga.delivery..", "dev.saga.lab..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("reactor.kafka..", "org.apache.kafka..")
                        .because("Kafka can be replaced in one package"),
                noClasses()
                        .that(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("..http..")
                                .or(resideInAPackage("dev.saga.lab.."))
                                .or(simpleNameEndingWith("EventCodec"))
                                .or(isInside("EventCodec"))
                                .or(simpleNameEndingWith("EventJson"))
                                .or(isInside("EventJson"))))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("tools.jackson..", "com.fasterxml.jackson..")
                        .because("JSON belongs to the edges"),
                classes().should(callReactiveOnlyInLifecycles()).because("a blocked or detached chain is a lost error"),
                noClasses()
                        .should()
                        .beAnnotatedWith(Transactional.class)
                        .because("a transaction's boundary is written out"),
                classes().should(haveADomainName()).because("a name says the domain's word"),
                noClasses()
                        .that()
                        .resideOutsideOfPackages("dev.saga.lab..", "dev.saga.local..")
                        .should()
                        .callMethod(Instant.class, "now")
                        .orShould()
                        .callMethod(UUID.class, "randomUUID")
                        .orShould()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .accessField(System.class, "out")
                        .because("time and ids are injected, and output goes to the log"),
                slices().matching("dev.saga.(**)").should().beFreeOfCycles().because("one reads from the top down"));
    }

    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> isInside(String name) {
        return com.tngtech.archunit.base.DescribedPredicate.describe(
                "inside " + name, type -> type.getName().contains("." + name + "$"));
    }

    private static ArchCondition<JavaClass> callReactiveOnlyInLifecycles() {
        return new ArchCondition<>("call subscribe() in start() and block() in stop() only") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaCall<?> call : type.getMethodCallsFromSelf()) {
                    String name = call.getTarget().getName();
                    boolean reactive = call.getTargetOwner().getPackageName().startsWith("reactor.core.publisher");
                    String home = name.startsWith("block") ? "stop" : name.equals("subscribe") ? "start" : null;
                    if (!reactive || home == null || type.getPackageName().startsWith("dev.saga.lab")) {
                        continue;
                    }
                    boolean allowed = type.isAssignableTo(SmartLifecycle.class)
                            && call.getOrigin().getName().equals(home);
                    events.add(new SimpleConditionEvent(type, allowed, call.getDescription()));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> haveADomainName() {
        return new ArchCondition<>("have no technical suffix") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean bad = SUFFIX.matcher(type.getSimpleName()).matches();
                events.add(new SimpleConditionEvent(type, !bad, type.getName()));
            }
        };
    }
}
