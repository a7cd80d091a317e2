using Microsoft.Extensions.AI;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>A sentence encoder with BERT's architecture, loaded from a folder in the format of sentence-transformers and Hugging Face.</summary>
/// <remarks>
/// The folder holds <c>config.json</c>, <c>model.safetensors</c> and <c>vocab.txt</c>, and optionally <c>tokenizer_config.json</c>,
/// <c>tokenizer.json</c>, <c>modules.json</c>, <c>1_Pooling/config.json</c>, <c>sentence_bert_config.json</c> and <c>config_sentence_transformers.json</c>. Settings in
/// them that change a vector are honoured or refused by name. Texts of similar length are encoded together; a text's vector depends on
/// the other texts by rounding only. Any number of threads may use an encoder at once. Devlin et al. 2018, arXiv 1810.04805; Reimers and Gurevych 2019,
/// arXiv 1908.10084.
/// </remarks>
/// <inheritdoc cref="TextEmbeddingCatalog.EmbedText" path="/example"/>
/// <seealso href="../docs/TextEncoders.html">docs/TextEncoders.md</seealso>
public sealed class TextEncoder : IEmbeddingGenerator<string, Embedding<float>>, ITokenEncoder
{
    private const string Provider = "Microsoft.ML.Extensions";

    private readonly Shared<EncoderModel> _model;
    private readonly EncoderDescription _description;

    private TextEncoder(EncoderModel model)
    {
        _model = new Shared<EncoderModel>(model, model.Bytes, () => new ObjectDisposedException(nameof(TextEncoder)));
        _description = model.Description;
    }

    /// <summary>D, the numbers of a vector.</summary>
    public int Dimensions => _description.Config.Width;

    /// <summary>The most tokens of a text, including <c>[CLS]</c> and <c>[SEP]</c>.</summary>
    public int MaxTokens => _description.MaxTokens;

    /// <summary>How the vector of a text is computed.</summary>
    public TextPooling Pooling => _description.Pooling;

    /// <summary>Whether vectors have length 1.</summary>
    public bool Normalize => _description.Normalize;

    /// <summary>The text before every text.</summary>
    internal string Prompt => _description.Prompt;

    /// <summary>Loads an encoder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Settings that override those of the folder; null for none.</param>
    /// <exception cref="FileNotFoundException"><c>config.json</c>, <c>vocab.txt</c> or the weights are not there.</exception>
    /// <exception cref="FormatException">
    /// A file is damaged, has an unsupported setting, or does not fit the others: the message names file, setting or tensor.
    /// </exception>
    /// <exception cref="ArgumentException">An option is out of its range, or asks for more tokens than the encoder has positions for.</exception>
    /// <exception cref="InvalidOperationException">The GPU is not available and the CPU is not allowed.</exception>
    public static TextEncoder Load(string folder, TextEncoderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options = (options ?? new TextEncoderOptions()).Validated();
        var device = TorchDevice.Resolve(options.GpuDeviceId, options.FallbackToCpu);
        var settings = SentenceFiles.Read(folder);
        var config = BertConfigFile.Read(settings.Folder);
        var vocabulary = TokenizerFiles.Vocabulary(settings.Folder, config.Vocabulary);
        var description = new EncoderDescription
        {
            Name = Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)) is { Length: > 0 } name ? name : "encoder",
            Config = config,
            Words = settings.Words,
            Pieces = [.. vocabulary.Pieces],
            Pooling = options.Pooling ?? settings.Pooling ?? TextPooling.Mean,
            Normalize = options.Normalize ?? settings.Normalize ?? true,
            MaxTokens = options.MaxTokens ?? Math.Min(settings.MaxTokens ?? config.Positions, config.Positions),
            Prompt = settings.Prompt,
        };
        OptionsValidation.Validate(description);
        var network = BertWeights.Load(config, settings.Folder);
        try
        {
            return new TextEncoder(new EncoderModel(description, network, device));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The vector of a text.</summary>
    /// <param name="text">Any text, an empty one, too.</param>
    /// <exception cref="InvalidDataException">A number of a vector is not finite, since the encoder's weights are too large.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    public float[] Encode(string text) => Encode([text])[0];

    /// <summary>The vector of each text.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between batches.</param>
    /// <returns><c>[N, D]</c>, in the order of the texts.</returns>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="InvalidDataException">A number of a vector is not finite, since the encoder's weights are too large.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        Use(texts, (model, tokens) => model.Encode(tokens, cancellationToken));

    /// <summary>The vectors of each text's tokens (word pieces) without <c>[CLS]</c> and <c>[SEP]</c>, neither pooled nor normalised.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Ends the work between batches.</param>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="InvalidDataException">A number of a vector is not finite, since the encoder's weights are too large.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<TokenVectors> EncodeTokens(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        Use(texts, (model, tokens) => model.EncodeTokens(tokens, cancellationToken));

    /// <summary>The vector of each text, for code that uses <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">A model's name or a number of dimensions, where they are given, must be the encoder's.</param>
    /// <param name="cancellationToken">Ends the work between batches.</param>
    /// <exception cref="ArgumentException">A text is null, or the options ask for another model or number of dimensions.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Check(options);
        _model.CheckOpen();
        string[] texts = [.. values];
        return Task.Run(() => Use(texts, (model, tokens) => Generated(model.Encode(tokens, cancellationToken), tokens.Sum(ids => (long)ids.Length))), cancellationToken);
    }

    /// <summary>The encoder itself, or its metadata (<see cref="EmbeddingGeneratorMetadata"/>).</summary>
    /// <param name="serviceType">The requested type.</param>
    /// <param name="serviceKey">Null; no service has a key.</param>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata(Provider, null, _description.Name, Dimensions)
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Frees the weights once the last call and the last model that uses them has ended. The encoder cannot be used again.</summary>
    public void Dispose() => _model.Close();

    /// <summary>A lease, which keeps the encoder usable after it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The encoder was disposed.</exception>
    internal Lease<EncoderModel> Rent() => _model.Rent();

    /// <summary>An encoder from the content of a model file.</summary>
    internal static TextEncoder Of(EncoderModel model) => new(model);

    private TResult Use<TResult>(IReadOnlyList<string> texts, Func<EncoderModel, int[][], TResult> work)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var lease = _model.Rent();
        return lease.Use(model => work(model, [.. texts.Select((text, row) => model.Tokens(text ?? throw Null(row)))]));
    }

    private static ArgumentException Null(int row) => new(FormattableString.Invariant($"Text {row} is null; give an empty text for none."));

    private GeneratedEmbeddings<Embedding<float>> Generated(float[][] vectors, long tokens)
    {
        var created = DateTimeOffset.UtcNow;
        return new(vectors.Select(vector => new Embedding<float>(vector) { CreatedAt = created, ModelId = _description.Name }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    private void Check(EmbeddingGenerationOptions? options)
    {
        if (options?.Dimensions is { } dimensions && dimensions != Dimensions)
        {
            throw new ArgumentException(FormattableString.Invariant($"{dimensions} dimensions were requested; this encoder gives {Dimensions}."), nameof(options));
        }
        if (options?.ModelId is { } model && model != _description.Name)
        {
            throw new ArgumentException($"The model '{model}' was requested; this encoder is '{_description.Name}'.", nameof(options));
        }
    }
}
