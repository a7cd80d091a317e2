using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Samples;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tests;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>
/// Networks that re-rank Cranfield's first stage, trained on the queries of the other folds: every architecture, sources of negatives, and token
/// vectors of an encoder. Each finished row is kept, so that a run goes on where the last one ended.
/// </summary>
internal sealed class CranfieldNetworks
{
    private const int Depth = 100;
    private const int Folds = 5;
    private const int Seed = 1;
    private const string Header = "part\tnetwork\tMAP@100\tMRR\tP@10\tNDCG@10\tdifference\tstandard error\tp\tbetter\tworse\tseconds";

    private static readonly (string Name, Action<NegativeOptions> Set)[] s_negatives =
    [
        ("random", negatives => negatives.Source = RankingNegatives.Random),
        ("BM25", negatives => negatives.Source = RankingNegatives.Bm25),
        ("BM25, margin .05", negatives => (negatives.Source, negatives.RelativeMargin) = (RankingNegatives.Bm25, .05)),
        ("mined", negatives => negatives.Source = RankingNegatives.Mined),
        ("mined, margin .05", negatives => (negatives.Source, negatives.RelativeMargin) = (RankingNegatives.Mined, .05)),
    ];

    // Those that differ most: interactions by kernels, one vector a text, and a vector a term.
    private static readonly RankingArchitecture[] s_mining = [RankingArchitecture.KNrm, RankingArchitecture.Cdssm];

    // Those that read letters have no token vectors: only their first stage has the encoder.
    private static readonly RankingArchitecture[] s_encoded =
        [RankingArchitecture.Dssm, RankingArchitecture.KNrm, RankingArchitecture.LateInteraction];

    private readonly MLContext _ml = new(Seed);
    private readonly Collection _collection = CranfieldCollection.Read();
    private readonly string _file = Path.Combine(ResultFile.Repository(), "benchmarks", "results", "cranfieldnetworks.tsv");
    private readonly QueryFolds _folds;
    private readonly FirstStage _stage;
    private readonly SecondStage _networks;
    private readonly RankingRun _first;
    private readonly RankingEvaluation _firstEvaluation;
    private readonly Lazy<WordVectors> _vectors;

    private CranfieldNetworks()
    {
        _folds = new(_collection, Folds);
        _stage = new(_ml, _collection, _folds, Depth);
        _networks = new(_ml, _collection, _folds, Depth);
        _first = _stage.Feedback(() => new());
        _firstEvaluation = Evaluate(_first);
        _vectors = new(() => WordVectors.Learn(
            _collection.Documents.Texts, new TextAnalyzer(new()), new() { Dimensions = new NeuralRankingOptions().EmbeddingSize, Seed = Seed }));
    }

    /// <summary>Trains what has no row yet.</summary>
    /// <param name="part">Architectures, Negatives or Encoder; null for all.</param>
    /// <param name="only">One architecture; null for all.</param>
    public static string Run(string? part, string? only) => new CranfieldNetworks().Measure(part, only);

    private string Measure(string? part, string? only)
    {
        if (part is null or "Architectures")
        {
            RankingArchitecture[] wanted = [.. Enum.GetValues<RankingArchitecture>().Where(one => only is null || $"{one}" == only)];
            foreach (var architecture in wanted)
            {
                Alone("Architectures", $"{architecture}", _first, _firstEvaluation, () => Options(architecture));
            }
            foreach (var architecture in wanted)
            {
                Correction("Architectures", $"{architecture}", _first, _firstEvaluation, () => Options(architecture));
            }
        }
        if (part is null or "Negatives")
        {
            foreach (var architecture in s_mining.Where(one => only is null || $"{one}" == only))
            {
                New($"{architecture}, the first stage's documents", () => Options(architecture), null);
                foreach (var (name, set) in s_negatives)
                {
                    New($"{architecture}, {name}", () => Set(Options(architecture), set), Relevant);
                }
            }
        }
        if (part is null or "Encoder")
        {
            using var encoder = TextEncoder.Load(MiniLm.Folder);
            var first = _folds.Fuse(_ml, [_first, _stage.Vectors(encoder)], Depth);
            var evaluation = Evaluate(first);
            foreach (var architecture in s_encoded.Where(one => only is null || $"{one}" == only))
            {
                var letters = RankingArchitectureFacts.Of(architecture).SeesLetters;
                var name = letters ? $"{architecture}" : $"{architecture} on MiniLM's token vectors";
                NeuralRankingOptions Encoded()
                {
                    var options = Options(architecture);
                    (options.TermVectors, options.TokenEncoder) = (null, letters ? null : encoder);
                    return options;
                }
                Alone("Encoder", name, first, evaluation, Encoded);
                Correction("Encoder", name, first, evaluation, Encoded);
            }
        }
        return Report();

        void New(string name, Func<NeuralRankingOptions> options, Func<Candidates, Candidates>? learned)
        {
            if (!IsMeasured("Negatives", name))
            {
                Keep("Negatives", name, () => _networks.Alone(_first, options, learned: learned), _firstEvaluation);
            }
        }
    }

    // The network alone, and its scores fused with the first stage's.
    private void Alone(string part, string name, RankingRun first, RankingEvaluation evaluation, Func<NeuralRankingOptions> options)
    {
        if (IsMeasured(part, $"{name}, fused"))
        {
            return;
        }
        var alone = new RankingRun();
        Keep(part, $"{name}, alone", () => alone = _networks.Alone(first, options), evaluation);
        Keep(part, $"{name}, fused", () => _folds.Fuse(_ml, [first, alone], Depth), evaluation);
    }

    // The network that corrects the first stage's scores.
    private void Correction(string part, string name, RankingRun first, RankingEvaluation evaluation, Func<NeuralRankingOptions> options)
    {
        if (!IsMeasured(part, $"{name}, as a correction"))
        {
            Keep(part, $"{name}, as a correction", () => _networks.Fused(first, options), evaluation);
        }
    }

    private static Candidates Relevant(Candidates query)
    {
        int[] places = [.. Enumerable.Range(0, query.Ids.Count).Where(place => query.Grades[place] > 0)];
        return new(query.Id, query.Query, [.. places.Select(place => query.Ids[place])], [.. places.Select(place => query.Documents[place])],
            [.. places.Select(place => query.Scores[place])], [.. places.Select(place => query.Grades[place])]);
    }

    private NeuralRankingOptions Options(RankingArchitecture architecture) => new()
    {
        Architecture = architecture,
        EnsembleSize = 1,
        TermVectors = RankingArchitectureFacts.Of(architecture).SeesLetters ? null : _vectors.Value,
        Training = { Seed = Seed },
    };

    private static NeuralRankingOptions Set(NeuralRankingOptions options, Action<NegativeOptions> set)
    {
        set(options.Negatives);
        options.Negatives.Count = options.ListSize;
        return options;
    }

    private RankingEvaluation Evaluate(RankingRun run) => _ml.Ranking.EvaluateRanking(run, _collection.Judgements, new() { Depth = Depth });

    private void Keep(string part, string name, Func<RankingRun> rank, RankingEvaluation first)
    {
        RankingRun? run = null;
        var seconds = Timing.Seconds(() => run = rank());
        var evaluation = Evaluate(run!);
        var comparison = _ml.Ranking.CompareRankings(evaluation, first);
        var row = string.Create(CultureInfo.InvariantCulture,
            $"{part}\t{name}\t{evaluation.MeanAveragePrecision:F4}\t{evaluation.MeanReciprocalRank:F4}\t{evaluation.PrecisionAt(10):F4}\t{evaluation.NdcgAt(10):F4}\t{comparison.Difference:+0.0000;-0.0000}\t{comparison.StandardError:F4}\t{comparison.PValue:G2}\t{comparison.Better}\t{comparison.Worse}\t{seconds:F0}");
        Console.Error.WriteLine(row);
        var kept = Rows().Where(other => !other.StartsWith($"{part}\t{name}\t", StringComparison.Ordinal));
        File.WriteAllLines(_file, [Header, .. kept, row]);
    }

    private bool IsMeasured(string part, string name) => Rows().Any(row => row.StartsWith($"{part}\t{name}\t", StringComparison.Ordinal));

    private string[] Rows() => File.Exists(_file) ? [.. File.ReadLines(_file).Skip(1)] : [];

    private string Report()
    {
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"The first stage's {Depth} documents of {_collection.Queries.Ids.Count} questions, re-ranked by one network a fold of {Folds}, trained on the questions of the others, one seed, defaults. First stage: BM25 + RM3, MAP {_firstEvaluation.MeanAveragePrecision:F4}; under Encoder fused with MiniLM. Fused: scale and weight chosen on the other folds. As a correction: the first stage's score is a column, and held-out questions decide whether the network counts. Differences of MAP to the first stage, with the p of the paired randomization test, and the questions that are better and worse; seconds of all fits and scores.");
        report.AppendLine();
        report.AppendLine($"| {Header.Replace("\t", " | ", StringComparison.Ordinal)} |");
        report.AppendLine(string.Concat(Enumerable.Repeat("|---", Header.Split('\t').Length)) + "|");
        foreach (var row in Rows())
        {
            report.AppendLine($"| {row.Replace("\t", " | ", StringComparison.Ordinal)} |");
        }
        return report.ToString();
    }
}
