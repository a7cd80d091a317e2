using System.Globalization;
using System.Text;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Benchmarks;

/// <summary>A space of networks that are all trained once, so that the largest reward is known: what part of it each search reaches.</summary>
internal static class CompressionSearchBenchmark
{
    private const int Seeds = 10, TrainRows = 600, ValidationRows = 1000, CandidateEpochs = 6;

    private static readonly int[] s_budgets = [16, 32, 48];

    public static string Run()
    {
        var ml = new MLContext(1);
        if (MnistImages.Load(ml, "train", TrainRows) is not { } train || MnistImages.Load(ml, "train", TrainRows + ValidationRows) is not { } more)
        {
            return "The MNIST files are not available.";
        }
        var validation = ml.Data.Cache(ml.Data.SkipRows(more, TrainRows));
        var options = new DeepNetworkOptions { Architecture = "fc 64, fc 48, fc 40, fc 32, relu", EnsembleSize = 1 };
        (options.Training.Seed, options.Training.Epochs) = (1, 20);
        using var teacher = ml.MulticlassClassification.Trainers.DeepNetwork(options).Fit(train);
        var compression = new CompressionOptions { Factors = [0.1, 0.25, 0.5, 1], Candidates = 100_000 };
        var students = Students.Of(((IHostEnvironment)ml).Register("Benchmark"), teacher, compression);
        var table = Table(ml, students, teacher, train, validation, compression);
        var best = table.Values.Max();
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture,
            $"A network of 196 inputs and layers of 64, 48, 40 and 32 on {TrainRows} MNIST digits of 14 x 14; three layers may go, factors 0.1, 0.25, 0.5 and 1: {table.Count} networks, each trained for {CandidateEpochs} epochs and measured on {ValidationRows} other training digits. The largest reward is {best:F4}. The part of it that the best network of a search has, median and worst of {Seeds} seeds, after so many networks:");
        report.AppendLine();
        report.AppendLine($"| search | {string.Join(" | ", s_budgets.Select(budget => $"{budget} networks"))} |");
        report.AppendLine($"|---|{string.Concat(s_budgets.Select(_ => "---|"))}");
        foreach (var (name, create) in Searches(teacher, students.Space))
        {
            var cells = s_budgets.Select(budget =>
            {
                var parts = Enumerable.Range(1, Seeds).Select(seed => Reached(students, table, create, budget, seed) / best).Order().ToArray();
                return string.Create(CultureInfo.InvariantCulture, $"{(parts[(Seeds - 1) / 2] + parts[Seeds / 2]) / 2:F4} ({parts[0]:F4})");
            });
            report.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |");
            Console.Error.WriteLine(report.ToString().Split('\n')[^2]);
        }
        return report.ToString();
    }

    private static IEnumerable<(string Name, Func<int, ICompressionSearch> Create)> Searches(NetworkTransformer teacher, Interpretability.SearchSpace space) =>
    [
        ("policy gradient", seed => new PolicySearch(CompressionPolicy.Create(space.Factors.Count, seed), new CompressionOptions().PolicyLearningRate, 5)),
        ("random", _ => new RandomSearch()),
        ("greedy", _ => new GreedySearch()),
        ("evolution", _ => new EvolutionSearch()),
        ("uniform width", _ => new UniformWidthSearch()),
        ("group norm", _ => new GroupNormSearch(TeacherWeights.Norms(teacher, space))),
    ];

    private static Dictionary<string, double> Table(
        MLContext ml, Students students, NetworkTransformer teacher, IDataView train, IDataView validation, CompressionOptions options)
    {
        using var channel = ((IHostEnvironment)ml).Register("Benchmark").Start("Table");
        var rows = new ValidationRows(validation, teacher.Head.Task!, students.Trained, students.Trained.GroupColumnName);
        var whole = new CompressionCandidate(0, "teacher", 0, teacher.Model.ParameterCount, 2 * teacher.Products, rows.Measure(teacher), null);
        using var judge = new CandidateJudge(
            students, new CompressionReward(options, whole), train, rows, CandidateEpochs, options, channel, CancellationToken.None);
        var table = new Dictionary<string, double>();
        foreach (var design in students.Space.All())
        {
            table[students.KeyOf(design)] = judge.Reward(design)!.Value;
        }
        Console.Error.WriteLine($"{table.Count} networks");
        return table;
    }

    private static double Reached(
        Students students, Dictionary<string, double> table, Func<int, ICompressionSearch> create, int budget, int seed)
    {
        var judge = new TableJudge(students, table, budget);
        create(seed).Run(students.Space, judge, new Random(seed));
        return judge.Best;
    }

    private sealed class TableJudge(Students students, Dictionary<string, double> table, int budget) : IDesignJudge
    {
        private readonly HashSet<string> _asked = [];

        public int Judged => _asked.Count;

        public int Budget => budget;

        public double Best { get; private set; } = double.NegativeInfinity;

        public double? Reward(Design design, int iteration = int.MaxValue)
        {
            var key = students.KeyOf(design);
            if (!_asked.Contains(key))
            {
                if (_asked.Count >= budget)
                {
                    return null;
                }
                _asked.Add(key);
            }
            Best = Math.Max(Best, table[key]);
            return table[key];
        }
    }
}
