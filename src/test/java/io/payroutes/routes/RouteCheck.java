package io.payroutes.routes;

import java.util.List;

/** One thing that has to be right about all route files. */
interface RouteCheck {
    List<Problem> problems(RouteProject project);
}
