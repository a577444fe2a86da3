package io.payroutes;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The house rules of the packages: who may use whom, and what is not used at all. */
@AnalyzeClasses(packages = "io.payroutes", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** What each package may use. Money comes in by the webhook and goes on to the right; nothing goes back. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("money", Set.of()),
            Map.entry("store", Set.of()),
            Map.entry("retry", Set.of()),
            Map.entry("polling", Set.of()),
            Map.entry("node", Set.of("store")),
            Map.entry("stripe", Set.of("retry")),
            Map.entry("webhook", Set.of()),
            Map.entry("inbox", Set.of("webhook", "retry", "store", "stripe", "api")),
            Map.entry("payment", Set.of("inbox", "webhook", "money", "store")),
            Map.entry("delivery", Set.of("retry", "store")),
            Map.entry("order", Set.of("payment", "inbox", "api", "money", "store")),
            Map.entry("fulfillment", Set.of("order", "payment", "inbox", "delivery", "money", "store")),
            Map.entry("notification", Set.of("order", "payment", "inbox", "delivery", "money", "store")),
            Map.entry(
                    "checkout", Set.of("order", "notification", "payment", "inbox", "api", "stripe", "money", "store")),
            Map.entry(
                    "reconciliation",
                    Set.of("payment", "inbox", "delivery", "money", "store", "stripe", "retry", "api")),
            Map.entry("api", Set.of("store")),
            Map.entry("health", Set.of("inbox", "delivery", "store")));

    private static final String ROOT = "io.payroutes";

    @ArchTest
    static void eachPackageHasItsPlace(JavaClasses classes) {
        Set<String> packages = classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT) && !name.startsWith(ROOT + ".demo"))
                .map(name -> name.substring(ROOT.length() + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(MAY_USE.keySet()).as("packages that have their place").containsAll(packages);
    }

    @ArchTest
    static void packagesDependOneWay(JavaClasses classes) {
        MAY_USE.forEach((name, others) -> {
            String[] allowed = Stream.concat(Stream.of(name), others.stream())
                    .map(other -> ROOT + "." + other)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + name)
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(ROOT + "..").and(resideOutsideOfPackages(allowed)))
                    .because(name + " may use " + (others.isEmpty() ? "no other package" : "only " + others))
                    .allowEmptyShould(true)
                    .check(classes);
        });
    }

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.payroutes.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOBODY_USES_THE_WIRING = noClasses()
            .that(resideOutsideOfPackages(ROOT, ROOT + ".demo.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule NO_EXPONENTS_BUT_STRIPES = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Currency")
            .because("Stripe's digits of a currency are not those of ISO 4217");

    private static final String[] WITH_MONEY = {
        ROOT + ".money",
        ROOT + ".payment",
        ROOT + ".order",
        ROOT + ".checkout",
        ROOT + ".fulfillment",
        ROOT + ".reconciliation"
    };

    private static final DescribedPredicate<JavaClass> FLOATING = describe(
            "float or double",
            type -> Set.of("float", "double", "java.lang.Float", "java.lang.Double")
                    .contains(type.getBaseComponentType().getName()));

    @ArchTest
    static final ArchRule NO_FLOATING_FIELDS = noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(WITH_MONEY)
            .should()
            .haveRawType(FLOATING);

    @ArchTest
    static final ArchRule NO_FLOATING_METHODS = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(WITH_MONEY)
            .should()
            .notHaveRawReturnType(FLOATING)
            .andShould()
            .notHaveRawParameterTypes(
                    describe("float or double", types -> types.stream().anyMatch(FLOATING)));

    @ArchTest
    static final ArchRule NO_FLOATING_CALLS = noClasses()
            .that()
            .resideInAnyPackage(WITH_MONEY)
            .should()
            .callCodeUnitWhere(target(describe(
                    "takes or gives float or double",
                    (CodeUnitCallTarget called) -> FLOATING.test(called.getRawReturnType())
                            || called.getRawParameterTypes().stream().anyMatch(FLOATING))));

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that(resideOutsideOfPackages(ROOT + ".demo.."))
            .should()
            .callCodeUnitWhere(target(describe(
                    "Thread.sleep",
                    (CodeUnitCallTarget called) -> called.getOwner().isEquivalentTo(Thread.class)
                            && called.getName().equals("sleep"))));

    @ArchTest
    static final ArchRule TIME_COMES_FROM_A_CLOCK = noClasses()
            .that(resideOutsideOfPackages(ROOT, ROOT + ".demo.."))
            .should()
            .callCodeUnitWhere(target(describe("reads the time of the machine", ArchitectureTest::readsTheTime)))
            .because("tests move the clock");

    private static boolean readsTheTime(CodeUnitCallTarget called) {
        JavaClass owner = called.getOwner();
        String name = called.getName();
        boolean withoutClock =
                called.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
        return (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || (owner.isAssignableTo(Temporal.class) && name.equals("now") && withoutClock)
                || (owner.isEquivalentTo(Date.class)
                        && name.equals("<init>")
                        && called.getRawParameterTypes().isEmpty())
                || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"));
    }

    @ArchTest
    static final ArchRule NO_STATIC_STATE = fields().that()
            .areStatic()
            .and(describe(
                    "are written by people",
                    (JavaField field) -> !field.getModifiers().contains(JavaModifier.SYNTHETIC)))
            .should()
            .beFinal()
            .andShould()
            .notHaveRawType(describe("something mutable", ArchitectureTest::isMutable));

    private static boolean isMutable(JavaClass type) {
        return type.getPackageName().equals("java.util.concurrent.atomic")
                || type.isEquivalentTo(StringBuilder.class)
                || (!type.isInterface() && (type.isAssignableTo(Map.class) || type.isAssignableTo(Collection.class)));
    }
}
