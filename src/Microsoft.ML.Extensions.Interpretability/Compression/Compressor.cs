using System.Globalization;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>One compression: the search, and the training of its winner.</summary>
/// <param name="env">The environment.</param>
/// <param name="teacher">The model to compress.</param>
/// <param name="options">The options, checked.</param>
internal sealed class Compressor(IHostEnvironment env, NetworkTransformer teacher, CompressionOptions options)
{
    private readonly Students _students = Students.Of(env, teacher, options);

    /// <summary>The smaller model.</summary>
    /// <param name="all">The training rows, as the teacher reads them.</param>
    /// <param name="given">The validation rows; null to take a part of the training rows.</param>
    public (NetworkTransformer Model, CompressionReport Report, CompressionPolicy? Policy) Run(IDataView all, IDataView? given)
    {
        using var channel = env.Register(nameof(Compressor)).Start("Compression");
        var (train, validation) = Split(all, given);
        Check(all, "The training data");
        Check(validation, "The validation data");
        var task = teacher.Head.Task!;
        if (task.LabelsAreLists && options.MixRows)
        {
            throw new ArgumentException(
                $"MixRows is true, and the {teacher.Model.Kind} model learns from queries with their documents, which cannot be mixed; set it to false.", nameof(options));
        }
        task.CheckLabel(validation.Schema[_students.Trained.LabelColumnName]);
        var rows = new ValidationRows(
            new DataOperationsCatalog(env).Cache(validation), task, _students.Trained, _students.Trained.GroupColumnName);
        var first = Measured(rows);
        var reward = new CompressionReward(options, first);
        var epochs = TrainingPlan.For(_students.Trained.Training, 1, Examples(all, task)).Epochs;
        var candidateEpochs = options.CandidateEpochs > 0 ? options.CandidateEpochs : Math.Max(1, epochs / 5);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken);
        if (options.TimeBudget is { } time)
        {
            source.CancelAfter(time);
        }
        using var judge = new CandidateJudge(_students, reward, train, rows, candidateEpochs, options, channel, source.Token);
        var policy = Search(judge);
        try
        {
            var best = judge.Best ?? throw Nothing(judge);
            var stopped = source.IsCancellationRequested;
            var student = stopped ? judge.TakeBest()
                : Final(judge, all, options.FinalEpochs > 0 ? options.FinalEpochs : epochs) is { } whole ? whole : judge.TakeBest();
            var (before, after) = rows.Times(teacher, student);
            first = first with { Measure = first.Measure! with { MillisecondsPerRow = before } };
            var measured = best with { Number = 0, Measure = rows.Measure(student) with { MillisecondsPerRow = after } };
            measured = measured with { Reward = new CompressionReward(options, first).Of(measured, int.MaxValue) };
            var report = new CompressionReport(teacher.Model.Kind, options.Strategy, first, measured, best, judge.Candidates, stopped);
            channel.Tell(report.ToString());
            return (student, report, policy);
        }
        catch
        {
            policy?.Dispose();
            throw;
        }
    }

    private CompressionPolicy? Search(CandidateJudge judge)
    {
        var space = _students.Space;
        var seed = options.Seed ?? 1;
        var random = new Random(SeedSequence.Derive(seed, 1));
        var policy = options.Strategy != CompressionStrategy.PolicyGradient ? null
            : options.Policy is { } given ? given.Copy() : CompressionPolicy.Create(space.Factors.Count, seed);
        ICompressionSearch search = options.Strategy switch
        {
            CompressionStrategy.Random => new RandomSearch(),
            CompressionStrategy.Greedy => new GreedySearch(),
            CompressionStrategy.Evolution => new EvolutionSearch(),
            CompressionStrategy.UniformWidth => new UniformWidthSearch(),
            CompressionStrategy.GroupNorm => new GroupNormSearch(TeacherWeights.Norms(teacher, space)),
            CompressionStrategy.SingleNetwork => teacher.EnsembleSize > 1 ? new SingleNetworkSearch() : throw new ArgumentException(
                "Strategy is SingleNetwork, and the model is one network already; take another strategy.", nameof(options)),
            _ => new PolicySearch(policy!, options.PolicyLearningRate, options.Rollouts),
        };
        try
        {
            search.Run(space, judge, random);
            return policy;
        }
        catch
        {
            policy?.Dispose();
            throw;
        }
    }

    // Null where it was cancelled: the network of the search then serves.
    private NetworkTransformer? Final(CandidateJudge judge, IDataView all, int epochs)
    {
        try
        {
            return _students.Train(judge.BestDesign!, all, epochs, options.CancellationToken);
        }
        catch (OperationCanceledException) when (options.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private (IDataView Train, IDataView Validation) Split(IDataView all, IDataView? given)
    {
        if (given is not null)
        {
            return (all, given);
        }
        if (teacher.Head.Task!.RowsAreInTime)
        {
            throw new ArgumentException(
                $"The model is of the task '{teacher.Head.Task.Name}', whose rows are in time order, so a random part of them says little; give validation data.", nameof(given));
        }
        var parts = new DataOperationsCatalog(env).TrainTestSplit(
            all, options.ValidationFraction, _students.Trained.GroupColumnName, SeedSequence.Derive(options.Seed ?? 1, 2));
        return (parts.TrainSet, parts.TestSet);
    }

    private CompressionCandidate Measured(ValidationRows rows)
    {
        var measure = rows.Measure(teacher);
        return measure.Accuracy > 0
            ? new CompressionCandidate(0, "teacher", 0, teacher.Model.ParameterCount, 2 * teacher.Products, measure, null)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The model's accuracy on the {measure.Rows} validation rows is {measure.Accuracy:g4}, so there is nothing that a smaller one could keep. Check that the rows are like those of its training."));
    }

    private void Check(IDataView data, string what)
    {
        string[] missing = [.. _students.Trained.TrainingColumns.Where(name => data.Schema.GetColumnOrNull(name) is null)];
        if (missing.Length > 0)
        {
            throw new ArgumentException(
                $"{what} has no column {string.Join(", ", missing.Select(name => $"'{name}'"))}; the model was trained with it. It has: {string.Join(", ", data.Schema.Select(column => column.Name))}.", nameof(data));
        }
        _ = teacher.GetOutputSchema(data.Schema);
    }

    private Exception Nothing(CandidateJudge judge)
    {
        if (options.CancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException("The compression was cancelled before it had a network.", options.CancellationToken);
        }
        if (judge.Judged == 0 && options.TimeBudget is { } time)
        {
            return new InvalidOperationException(
                $"TimeBudget {time} ended before one candidate was trained; give more time, fewer CandidateEpochs or fewer rows.");
        }
        var nearest = judge.Candidates.Where(one => one.Measure is not null).OrderBy(Excess).FirstOrDefault() ?? judge.Candidates
            .OrderBy(Excess).FirstOrDefault();
        return new InvalidOperationException(nearest is null ? "The search found no network that is smaller than the model."
            : string.Create(CultureInfo.InvariantCulture,
                $"None of {judge.Candidates.Count} candidates is possible{(options.HasConstraints ? " under the constraints" : "")}. The nearest ({nearest.Design}) has {nearest.Parameters} parameters{(nearest.Measure is { } measure ? FormattableString.Invariant($", accuracy {measure.Accuracy:f4} and {measure.MillisecondsPerRow:g3} ms per row") : "")}: {nearest.Obstacle}."));
    }

    // By how much a candidate exceeds what is allowed.
    private double Excess(CompressionCandidate one) =>
        (options.MaxParameters is { } most ? Math.Max(0, ((double)one.Parameters / most) - 1) : 0)
        + (options.MinAccuracy is { } least && one.Measure is { } measure ? Math.Max(0, least - measure.Accuracy) : 0)
        + (options.MaxMillisecondsPerRow is { } slow && one.Measure is { } timed ? Math.Max(0, (timed.MillisecondsPerRow / slow) - 1) : 0);

    // A ranker learns from queries, and not from rows.
    private long Examples(IDataView data, TaskKind task)
    {
        if (task.LabelsAreLists)
        {
            var groups = new HashSet<ulong>();
            var name = _students.Trained.GroupColumnName!;
            using var cursorOfGroups = data.GetRowCursor([GroupReader.Find(data.Schema, name)]);
            var group = GroupReader.Create(cursorOfGroups, name);
            while (cursorOfGroups.MoveNext())
            {
                groups.Add(group());
            }
            return groups.Count;
        }
        if (data.GetRowCount() is { } known)
        {
            return known;
        }
        using var cursor = data.GetRowCursor([]);
        var rows = 0L;
        while (cursor.MoveNext())
        {
            rows++;
        }
        return rows;
    }
}
