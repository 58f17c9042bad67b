# A small unittest for targets that have none: the part of CPython's module that test programs for MicroPython use. Stock
# host targets find it on their module path, the conformance firmware freezes this same file. Test runners read its summary: seventy
# dashes, "Ran N tests" (always plural), an empty line, then OK or FAILED with counts.
#
# Not here: discovery, loaders, fixtures of modules, async cases. It has to run on every release and on small heaps, so it
# imports nothing but sys and keeps no texts that it does not need.

import sys


class SkipTest(Exception):
    pass


def skip(reason):
    def decorate(item):
        if isinstance(item, type):
            item._skip_reason = reason
            return item

        def skipped(self):
            raise SkipTest(reason)

        return skipped

    return decorate


def _unchanged(item):
    return item


def skipIf(condition, reason):
    return skip(reason) if condition else _unchanged


def skipUnless(condition, reason):
    return _unchanged if condition else skip(reason)


class _ExpectedFailure(Exception):
    pass


class _UnexpectedSuccess(Exception):
    pass


def expectedFailure(test):
    def expected(self):
        try:
            test(self)
        except SkipTest as er:
            # Named, because native code has no bare raise; this module may be compiled by a target's native emitter.
            raise er
        except Exception as er:
            raise _ExpectedFailure(er)
        raise _UnexpectedSuccess()

    return expected


class _Raises:
    def __init__(self, expected, message):
        self.expected = expected
        self.message = message
        self.exception = None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError(self.message or "%r not raised" % (self.expected,))
        self.exception = value
        return issubclass(kind, self.expected)


class _RaisesMatching(_Raises):
    def __init__(self, expected, pattern, message):
        super().__init__(expected, message)
        self.pattern = pattern

    def __exit__(self, kind, value, traceback):
        if not super().__exit__(kind, value, traceback):
            return False
        _check_pattern(self.pattern, str(value), self.message)
        return True


def _check_pattern(pattern, text, message):
    if isinstance(pattern, str):
        import re

        pattern = re.compile(pattern)
    if not pattern.search(text):
        raise AssertionError(message or "%r is not found in %r" % (pattern, text))


class _SubTest:
    def __init__(self, case, message, params):
        self.case = case
        self.label = " ".join(
            ([str(message)] if message is not None else []) + ["%s=%r" % item for item in params.items()]
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None or not issubclass(kind, Exception):
            return False
        result = self.case._result
        if result is None:
            return False
        if issubclass(kind, SkipTest):
            result._skipped(self.case, self.label, value)
        else:
            result._failed(self.case, self.label, value)
        return True


class TestCase:
    _skip_reason = None
    _result = None

    def setUp(self):
        pass

    def tearDown(self):
        pass

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    def addCleanup(self, function, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)

    def subTest(self, msg=None, **params):
        return _SubTest(self, msg, params)

    def skipTest(self, reason):
        raise SkipTest(reason)

    def fail(self, msg=None):
        raise AssertionError(msg or "fail() was called")

    def _check(self, good, msg, text, *args):
        if not good:
            raise AssertionError(msg or text % args)

    def assertEqual(self, first, second, msg=None):
        self._check(first == second, msg, "%r != %r", first, second)

    def assertNotEqual(self, first, second, msg=None):
        self._check(first != second, msg, "%r == %r", first, second)

    def _almost(self, first, second, places, delta):
        if first == second:
            return True
        if delta is not None:
            return abs(first - second) <= delta
        return round(abs(first - second), 7 if places is None else places) == 0

    def assertAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        self._check(self._almost(first, second, places, delta), msg, "%r is not almost %r", first, second)

    def assertNotAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        self._check(not self._almost(first, second, places, delta), msg, "%r is almost %r", first, second)

    def assertTrue(self, expr, msg=None):
        self._check(expr, msg, "%r is not true", expr)

    def assertFalse(self, expr, msg=None):
        self._check(not expr, msg, "%r is not false", expr)

    def assertIs(self, first, second, msg=None):
        self._check(first is second, msg, "%r is not %r", first, second)

    def assertIsNot(self, first, second, msg=None):
        self._check(first is not second, msg, "both are %r", first)

    def assertIsNone(self, expr, msg=None):
        self._check(expr is None, msg, "%r is not None", expr)

    def assertIsNotNone(self, expr, msg=None):
        self._check(expr is not None, msg, "is None")

    def assertIn(self, member, container, msg=None):
        self._check(member in container, msg, "%r not in %r", member, container)

    def assertNotIn(self, member, container, msg=None):
        self._check(member not in container, msg, "%r in %r", member, container)

    def assertIsInstance(self, item, kind, msg=None):
        self._check(isinstance(item, kind), msg, "%r is not an instance of %r", item, kind)

    def assertNotIsInstance(self, item, kind, msg=None):
        self._check(not isinstance(item, kind), msg, "%r is an instance of %r", item, kind)

    def assertLess(self, first, second, msg=None):
        self._check(first < second, msg, "%r is not less than %r", first, second)

    def assertLessEqual(self, first, second, msg=None):
        self._check(first <= second, msg, "%r is greater than %r", first, second)

    def assertGreater(self, first, second, msg=None):
        self._check(first > second, msg, "%r is not greater than %r", first, second)

    def assertGreaterEqual(self, first, second, msg=None):
        self._check(first >= second, msg, "%r is less than %r", first, second)

    def assertCountEqual(self, first, second, msg=None):
        rest = list(second)
        for item in first:
            self._check(item in rest, msg, "%r is in the first only, or more often", item)
            rest.remove(item)
        self._check(not rest, msg, "%r are in the second only, or more often", rest)

    assertSequenceEqual = assertEqual
    assertListEqual = assertEqual
    assertTupleEqual = assertEqual
    assertDictEqual = assertEqual
    assertSetEqual = assertEqual

    def assertRaises(self, expected, function=None, *args, **kwargs):
        context = _Raises(expected, kwargs.pop("msg", None) if function is None else None)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)

    def assertRaisesRegex(self, expected, pattern, function=None, *args, **kwargs):
        context = _RaisesMatching(expected, pattern, kwargs.pop("msg", None) if function is None else None)
        if function is None:
            return context
        with context:
            function(*args, **kwargs)

    def assertRegex(self, text, pattern, msg=None):
        _check_pattern(pattern, text, msg)


class TestResult:
    def __init__(self):
        self.testsRun = 0
        self.skipped = []
        self.failures = []
        self.errors = []

    def wasSuccessful(self):
        return not self.failures and not self.errors

    def _skipped(self, case, label, er):
        self.skipped.append(((case, label), str(er)))

    def _failed(self, case, label, er):
        bad = self.failures if isinstance(er, (AssertionError, _UnexpectedSuccess)) else self.errors
        bad.append(((case, label), er))
        if label:
            print("  in the subtest %s:" % label)
        sys.print_exception(er)


def _run_method(case, name, result):
    case._cleanups = []
    case._result = result
    result.testsRun += 1
    before = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    try:
        try:
            case.setUp()
            try:
                getattr(case, name)()
            finally:
                case.tearDown()
        finally:
            case.doCleanups()
    except SkipTest as er:
        result._skipped(case, "", er)
    except _ExpectedFailure:
        print("%s: failed, as expected" % name)
        return
    except Exception as er:
        result._failed(case, "", er)
    if len(result.failures) + len(result.errors) > before:
        print("%s: FAILED" % name)
    else:
        print("%s: %s" % (name, "skipped" if len(result.skipped) > skipped else "ok"))


def _run_class(kind, result):
    names = sorted(name for name in dir(kind) if name.startswith("test") and callable(getattr(kind, name)))
    reason = kind._skip_reason
    if reason is None:
        try:
            kind.setUpClass()
        except SkipTest as er:
            reason = str(er)
        except Exception as er:
            result._failed(kind, "setUpClass", er)
            return
    if reason is not None:
        for name in names:
            result.testsRun += 1
            result.skipped.append(((kind, name), reason))
        return
    for name in names:
        _run_method(kind(), name, result)
    try:
        kind.tearDownClass()
    except Exception as er:
        result._failed(kind, "tearDownClass", er)


def _run_function(function, result):
    case = TestCase()
    case.test = function
    _run_method(case, "test", result)


class TestSuite:
    def __init__(self, name=""):
        self.name = name
        self._tests = []

    def addTest(self, kind):
        self._tests.append(kind)

    def run(self, result):
        for test in self._tests:
            if isinstance(test, type):
                _run_class(test, result)
            elif isinstance(test, TestSuite):
                test.run(result)
            else:
                _run_function(test, result)
        return result


class TextTestRunner:
    def run(self, suite):
        result = suite.run(TestResult())
        print("-" * 70)
        print("Ran %d tests\n" % result.testsRun)
        if not result.wasSuccessful():
            print("FAILED (failures=%d, errors=%d)" % (len(result.failures), len(result.errors)))
        elif result.skipped:
            print("OK (skipped=%d)" % len(result.skipped))
        else:
            print("OK")
        return result


TestRunner = TextTestRunner


def main(module="__main__", testRunner=None):
    if isinstance(module, str):
        module = __import__(module)
    suite = TestSuite(module.__name__)
    for name in sorted(dir(module)):
        item = getattr(module, name)
        if isinstance(item, type):
            if issubclass(item, TestCase) and item is not TestCase:
                suite.addTest(item)
        elif name.startswith("test_") and callable(item):
            suite.addTest(item)
    runner = testRunner or TextTestRunner()
    if isinstance(runner, type):
        runner = runner()
    return runner.run(suite)
