using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>Tries inputs in child processes, and starts another where one ended, stopped or took what it may not.</summary>
/// <param name="kind">The kind.</param>
/// <param name="corpus">Where findings are kept.</param>
/// <param name="runSeed">With the number of an input, all that it depends on.</param>
/// <param name="inputs">The number of new inputs.</param>
internal sealed class FuzzRun(FuzzKind kind, Corpus corpus, int runSeed, int inputs)
{
    /// <summary>The command of a child.</summary>
    public const string Child = "child";

    private const int MostEnds = 40;
    private const long ExitedWell = 0;

    private static readonly TimeSpan LongestOfProcessor = TimeSpan.FromSeconds(10);

    // A process that waits forever takes no processor time; on a busy machine, others wait too.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);

    private int _faults;

    /// <summary>Runs to the end.</summary>
    /// <returns>The findings.</returns>
    public int Run(TextWriter output)
    {
        var work = Directory.CreateTempSubdirectory("fuzz-").FullName;
        var clock = Stopwatch.StartNew();
        try
        {
            using var board = new Board(Path.Combine(work, "board"));
            var ends = 0;
            var next = -corpus.Found(kind.Name).Count;
            while (next < inputs && ends < MostEnds)
            {
                board.Begin(next - 1, "", []);
                if (Start(work, next, board, output) is not { } ended)
                {
                    next = inputs;
                    break;
                }
                if (board.Index < next)
                {
                    throw new InvalidOperationException($"The child of '{kind.Name}' ended before its first input: {ended}.");
                }
                ends++;
                _faults++;
                output.WriteLine($"{kind.Name} {board.Index}: {corpus.Keep(kind.Name, board.Seed, board.File)}: {ended}");
                next = (int)board.Index + 1;
            }
            var findings = ends + (int)board.Found;
            var tried = board.Taken + board.Refused + findings;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind.Name}: {tried:n0} inputs, {board.Taken:n0} taken, {board.Refused:n0} refused, {findings} findings of {_faults} faults, "
                + $"{tried / clock.Elapsed.TotalSeconds:n0} a second, at most {board.Peak >> 20} MB for one{(next < inputs ? $"; given up at input {next}" : "")}"));
            return findings;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // What ended the child; null where it came to its end.
    private string? Start(string work, int first, Board board, TextWriter output)
    {
        using var process = Process.Start(Command(work, first))!;
        var errors = process.StandardError.ReadToEndAsync();
        process.OutputDataReceived += (_, line) => Report(line.Data, output);
        process.BeginOutputReadLine();
        var stopped = Watch(process, board);
        process.WaitForExit();
        return stopped ?? (process.ExitCode == ExitedWell ? null
            : $"the process ended with {process.ExitCode}: {string.Join(' ', errors.Result.Split('\n').Where(line => line.Length > 0).Take(3))}");
    }

    private void Report(string? line, TextWriter output)
    {
        if (line is not null)
        {
            _faults++;
            output.WriteLine(line);
        }
    }

    private static string? Watch(Process process, Board board)
    {
        var (index, processor, clock) = (board.Index, TimeSpan.Zero, Stopwatch.StartNew());
        while (!process.WaitForExit(100) && ProcessorTime(process) is { } now)
        {
            if (board.Index != index)
            {
                (index, processor) = (board.Index, now);
                clock.Restart();
                continue;
            }
            var used = now - processor;
            if ((board.Seed.Length > 0 && used > LongestOfProcessor) || clock.Elapsed > LongestWait)
            {
                process.Kill();
                process.WaitForExit();
                return string.Create(CultureInfo.InvariantCulture,
                    $"a hang: {used.TotalSeconds:n1} s of processor time in {clock.Elapsed.TotalSeconds:n0} s");
            }
        }
        return null;
    }

    // Null if it ended between two checks.
    private static TimeSpan? ProcessorTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private ProcessStartInfo Command(string work, int first)
    {
        string[] program = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path] : ["dotnet"];
        var start = new ProcessStartInfo(program[0],
        [
            Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Extensions.Fuzz.dll"), Child, kind.Name, corpus.Folder, work,
            .. new[] { runSeed, first, inputs }.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Garbage is no leak: with a small youngest generation little of it counts as memory of an input.
        start.Environment["DOTNET_GCgen0size"] = "1000000";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_GCHeapHardLimit"] = "40000000";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["TMPDIR"] = work;
        return start;
    }
}
