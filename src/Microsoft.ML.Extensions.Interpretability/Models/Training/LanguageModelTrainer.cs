using System.Globalization;
using System.Text.Json;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Training;
using Microsoft.ML.Runtime;
using static System.FormattableString;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Trains a transformer to predict the next token, with the pack's training loop.</summary>
internal sealed class LanguageModelTrainer
{
    private const string Name = "LanguageModel";

    private readonly IHost _host;
    private readonly TextRows _rows;
    private readonly LanguageModelOptions _options;
    private readonly TrainingOptions _training;

    public LanguageModelTrainer(IHostEnvironment env, IDataView data, string textColumn, LanguageModelOptions options)
    {
        _options = options.Validated();
        (_host, _training) = (env.Register(Name), _options.Training);
        (_training.LabelSmoothing, _training.ClassWeights) = (0, ClassWeighting.None);
        _rows = new TextRows(data, textColumn, CheckAlive);
    }

    public LanguageModel Train()
    {
        using var channel = _host.Start("Training");
        var seed = _training.Seed ?? _host.Rand.Next();
        var device = _host.Select(_training.Device);
        var survey = TextSurvey.Of(_rows, _options.Tokenizer is null ? _options.Tokens : null);
        if (survey.Empty > 0)
        {
            channel.Warn($"{survey.Empty} rows have no text in column '{_rows.Name}' and are left out.");
        }
        var tokenizer = _options.Tokenizer ?? survey.Tokenizer(_options);
        var config = _options.Transformer with { Vocabulary = tokenizer.VocabularySize };
        OptionsValidation.Validate(config);
        var (train, held) = Split(survey, tokenizer, seed);
        var plan = TrainingPlan.For(_training, 1, train.Labels.Rows);
        channel.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Training on {train.Labels.Rows} windows of {train.MeanWeight + 1:f1} of {tokenizer.VocabularySize} tokens: {plan.Epochs} epochs of batches of {plan.BatchSize}, {held?.Labels.Rows ?? 0} windows kept for validation."));
        // The initial weights, their copy on the device, parameters, gradients, two moments, and the copies of techniques.
        using var memory = NetworkMemory.Limit(NetworkMemory.Available, 6 + Techniques.Copies(_training, held is not null), CheckAlive);
        using var start = TransformerModel.CreateRandom(config, seed);
        using var placed = start.Copy(start.NumberType, device);
        using var network = placed.Use(weights => Network.Unscoped(() => new TransformerNetwork(config, weights)));
        var checkpoint = Checkpoint.For(_training, Fingerprint(config, plan, seed, train, held));
        using var progress = FitProgress.Start(Name, 1, _training, channel.Warn);
        var run = new TrainingRun(_training, plan, seed, device, checkpoint, 0, progress, CheckAlive, channel);
        var head = new MulticlassHead(new HeadDescription(MulticlassTask.Instance.Name, tokenizer.VocabularySize));
        using var loop = new TrainingLoop(network, head, new ExampleSource(train), held is null ? null : new ExampleSource(held), run);
        loop.Run();
        checkpoint?.Delete();
        return new LanguageModel(
            new TransformerModel(config, ((TransformerNetwork)network).Weights.Outer, placed.NumberType, device), tokenizer, progress.History,
                survey.Empty);
    }

    private (ExampleData Train, ExampleData? Held) Split(TextSurvey survey, TransformerTokenizer tokenizer, int seed)
    {
        var fraction = TrainingPlan.ValidationFraction(_training, survey.Texts);
        bool Held(long row) => SeedSequence.Draws(seed, row, fraction);
        var train = Windows(tokenizer, row => !Held(row));
        var held = fraction > 0 ? Windows(tokenizer, Held) : null;
        if (!train.Any() || held?.Any() == false)
        {
            throw new InvalidOperationException(survey.Texts == 0 || fraction == 0
                ? $"Column '{_rows.Name}' has {survey.Texts} texts in {survey.Texts + survey.Empty} rows, none of two tokens or more; a token that follows another is needed to learn from."
                : Invariant($"Training.ValidationFraction {fraction} of {survey.Texts} texts leaves none of two tokens or more for training or for validation; set it to 0."));
        }
        return (Read(tokenizer, train, held is null), held is null ? null : Read(tokenizer, held, false));
    }

    private IEnumerable<ArraySegment<int>> Windows(TransformerTokenizer tokenizer, Func<long, bool> belongs) =>
        _rows.Windows(tokenizer, _options.Transformer.Context, belongs);

    private ExampleData Read(TransformerTokenizer tokenizer, IEnumerable<ArraySegment<int>> windows, bool alone)
    {
        var input = new InputColumn(_rows.Name, InputKind.Tokens, 1, 0, tokenizer.VocabularySize);
        var columns = new ExampleColumns(input, _rows.Name, null, RegressionTask.Instance, MissingValues.Error);
        var budget = _training.MemoryBudgetMegabytes * (1L << 20);
        return ExampleData.Read(() => new TokenWindowReader(windows), columns, alone ? budget : budget / 2, CheckAlive);
    }

    private void CheckAlive() => _host.CheckAlive(_training.CancellationToken);

    private string Fingerprint(TransformerConfig config, TrainingPlan plan, int seed, ExampleData train, ExampleData? held) =>
        JsonSerializer.Serialize(
            new { Name, config, _training, plan, seed, Rows = train.Fingerprint, Validation = held?.Fingerprint }, ModelEntry.Json);
}
