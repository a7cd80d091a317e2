using System.Text.RegularExpressions;
using Microsoft.ML.Extensions.Mutations;

// Mutations [--check] [--folder copy] [pattern ...]: breaks the code as the lists beside this program say, and tells which mutations no
// test notices. A pattern is a regular expression of 'list: name, test project'. docs/mutations.md says more.
var root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));
var check = args.Contains("--check");
var position = Array.IndexOf(args, "--folder");
var folder = position >= 0 ? Path.GetFullPath(args[position + 1]) : Directory.CreateTempSubdirectory("mutations").FullName;
var wanted = args.Where((argument, index) => argument != "--check" && (position < 0 || index < position || index > position + 1)).ToArray();

var mutations = Directory.GetFiles(Path.Combine(root, "eng/Mutations"), "*.txt").Order(StringComparer.Ordinal)
    .SelectMany(list => MutationList.Read(list)
        .Where(mutation => IsWanted($"{Path.GetFileName(list)}: {mutation.Name}, test {mutation.Tests.Project}")))
    .ToList();
var broken = mutations.Select(Fault).OfType<string>().ToList();
broken.ForEach(Console.Error.WriteLine);
if (check || broken.Count > 0 || mutations.Count == 0)
{
    Console.WriteLine($"{mutations.Count} mutations, {broken.Count} of which cannot be applied.");
    return broken.Count > 0 || mutations.Count == 0 ? 1 : 0;
}

var copy = new WorkingCopy(root, folder);
copy.Update();
Console.WriteLine("| mutation | verdict | first test that fails | seconds |\n| --- | --- | --- | --- |");
var built = new HashSet<string>();
var times = new Dictionary<TestSelection, TimeSpan?>();
var verdicts = mutations.Select(Judge).ToList();
var (killed, survived) = (verdicts.Count(verdict => verdict == Verdict.Killed), verdicts.Count(verdict => verdict == Verdict.Survived));
var (others, part) = (verdicts.Count - killed - survived, 100.0 * killed / verdicts.Count);
Console.WriteLine(FormattableString.Invariant($"\n{killed} killed, {survived} survived, {others} could not be tried: {part:f0} % killed."));
return killed == verdicts.Count ? 0 : 1;

bool IsWanted(string text) => wanted.Length == 0 || wanted.Any(pattern => Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase));

string? Fault(Mutation mutation)
{
    try
    {
        mutation.Apply(File.ReadAllText(Path.Combine(root, mutation.File)));
        return null;
    }
    catch (Exception e) when (e is FormatException or IOException)
    {
        return e.Message;
    }
}

Verdict Judge(Mutation mutation)
{
    if (Unbroken(mutation.Tests) is not { } time)
    {
        return Tell(mutation, Verdict.TestsFailUnbroken, null);
    }
    var outcome = copy.Try(mutation, TimeSpan.FromSeconds(Math.Max(60, 5 * time.TotalSeconds)));
    return Tell(mutation, outcome is null ? Verdict.DoesNotCompile : outcome.ExitCode == 0 ? Verdict.Survived : Verdict.Killed, outcome);
}

// How long the tests take while nothing is broken; null where they do not pass then, or there are none.
TimeSpan? Unbroken(TestSelection tests)
{
    if (!times.TryGetValue(tests, out var time))
    {
        if (built.Add(tests.ProjectName))
        {
            copy.BuildTests(tests.ProjectName);
        }
        var outcome = copy.Run(tests, TimeSpan.FromMinutes(15));
        var passed = outcome.ExitCode == 0 && Regex.IsMatch(outcome.Output, @"succeeded: [1-9]");
        times[tests] = time = passed ? outcome.Time : null;
        if (!passed)
        {
            Console.Error.WriteLine(outcome.Output);
        }
    }
    return time;
}

static Verdict Tell(Mutation mutation, Verdict verdict, Outcome? outcome)
{
    var failed = outcome is null ? "" : outcome.ExitCode is null ? "(time limit)"
        : Regex.Match(outcome.Output, @"(?m)^\s*failed (.+?) \(").Groups[1].Value;
    Console.WriteLine(FormattableString.Invariant($"| {mutation.Name} | {verdict} | {failed} | {outcome?.Time.TotalSeconds ?? 0:f0} |"));
    return verdict;
}

internal enum Verdict
{
    Killed,
    Survived,
    DoesNotCompile,
    TestsFailUnbroken,
}
