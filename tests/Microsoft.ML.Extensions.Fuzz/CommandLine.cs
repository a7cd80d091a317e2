using System.Globalization;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>Reads the arguments and runs kinds one after another.</summary>
internal static class CommandLine
{
    private const string Usage = """
        dotnet run --project tests/Microsoft.ML.Extensions.Fuzz -- KIND... [--inputs N] [--seed S] [--corpus FOLDER]
        dotnet run --project tests/Microsoft.ML.Extensions.Fuzz -- seeds FOLDER

        Changes valid files of a kind (all: every kind) and reads them in a child process with limits. A file must be refused as documented, or be
        taken and give valid answers; 10 s of processor time, the end of the process, memory above 64 MB and 64 times the file, and anything else is
        a finding: it is kept in the corpus and tried first the next time. An input depends on the seed and its number alone. "seeds" makes the
        models anew that the corpus begins with. The exit code is 1 where anything was found.

        """;

    public static int Run(string[] args, TextWriter output)
    {
        var kinds = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
        var options = args[kinds.Length..].Chunk(2).ToArray();
        if (kinds.Length == 0 || options.Any(option => option is not ["--inputs" or "--seed" or "--corpus", _]))
        {
            output.WriteLine($"{Usage}Kinds: {string.Join(", ", FuzzKind.All.Select(kind => kind.Name))}");
            return 2;
        }
        string Value(string name, string otherwise) => options.LastOrDefault(option => option[0] == name)?[1] ?? otherwise;
        int Number(string name, int otherwise) =>
            int.Parse(Value(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        var (inputs, seed) = (Number("--inputs", 100_000), Number("--seed", 1));
        var corpus = new Corpus(Path.GetFullPath(Value("--corpus", Corpus.InRepository)));
        var found = (kinds is ["all"] ? FuzzKind.All : [.. kinds.Select(FuzzKind.Named)])
            .Sum(kind => new FuzzRun(kind, corpus, seed, inputs).Run(output));
        return found == 0 ? 0 : 1;
    }
}
