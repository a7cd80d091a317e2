using System.Globalization;

namespace Microsoft.ML.Extensions.Fuzz;

/// <summary>Tries inputs one after another in this process.</summary>
/// <param name="kind">The kind.</param>
/// <param name="corpus">Where findings are kept.</param>
/// <param name="report">Takes a line for each new finding.</param>
/// <param name="measuresMemory">Whether the memory of an input counts: not where others work in this process.</param>
internal sealed class FuzzLoop(FuzzKind kind, Corpus corpus, Action<string> report, bool measuresMemory = true)
{
    private readonly HashSet<string> _signatures = [];

    /// <summary>The findings so far, those of a fault that is known included.</summary>
    public int Findings { get; private set; }

    /// <summary>Tries what the corpus holds and new inputs.</summary>
    /// <param name="seeds">The files to begin with.</param>
    /// <param name="runSeed">With the number of an input, all that it depends on.</param>
    /// <param name="first">The first input: below zero those of the corpus.</param>
    /// <param name="end">After the last input.</param>
    /// <param name="board">Is told of each input and its end; null for nobody.</param>
    public void Run(IReadOnlyList<FuzzSeed> seeds, int runSeed, int first, int end, Board? board = null)
    {
        var kept = corpus.Found(kind.Name).Where(found => seeds.Any(seed => seed.Name == found.Seed)).ToArray();
        for (var index = Math.Max(first, -kept.Length); index < end; index++)
        {
            var (seed, file) = index < 0
                ? (seeds.First(seed => seed.Name == kept[index + kept.Length].Seed), File.ReadAllBytes(kept[index + kept.Length].Path))
                : FuzzKind.Input(seeds, runSeed, index);
            if (file.Length <= Board.Longest)
            {
                Try(index, seed, file, board);
            }
        }
    }

    private void Try(int index, FuzzSeed seed, byte[] file, Board? board)
    {
        board?.Begin(index, seed.Name, file);
        var taken = false;
        Exception? wrong = null;
        var memory = measuresMemory ? MemoryMeter.Of(Read) : 0;
        if (!measuresMemory)
        {
            Read();
        }
        var most = MemoryMeter.Constant + (MemoryMeter.Factor * file.Length);
        wrong ??= memory <= most ? null
            : new Finding(string.Create(CultureInfo.InvariantCulture, $"memory: {memory >> 20} MB of a file of {file.Length} bytes"));
        if (board is not null)
        {
            board.Peak = Math.Max(board.Peak, memory);
            (board.Taken, board.Refused) = (
                board.Taken + (taken && wrong is null ? 1 : 0), board.Refused + (taken || wrong is not null ? 0 : 1));
        }
        if (wrong is not null)
        {
            if (board is not null)
            {
                board.Found++;
            }
            Found(index, seed, file, wrong);
        }

        void Read()
        {
            try
            {
                taken = seed.Try(file);
            }
            catch (Exception e)
            {
                wrong = e;
            }
        }
    }

    private void Found(int index, FuzzSeed seed, byte[] file, Exception wrong)
    {
        Findings++;
        var signature = Finding.Signature(wrong);
        if (_signatures.Add(signature))
        {
            report($"{kind.Name} {index}: {corpus.Keep(kind.Name, seed.Name, file)}: {signature}: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }
}
