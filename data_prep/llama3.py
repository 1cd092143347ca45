"""Llama 3's special tokens by name, and a chat template in its format.

The markers `{% generation %}` tell `transformers` which tokens the assistant wrote, its `<|eot_id|>` included, so
that `apply_chat_template(..., return_assistant_tokens_mask=True)` masks everything else out of the loss.
"""

from __future__ import annotations

BOS = "<|begin_of_text|>"
EOS = "<|end_of_text|>"
PAD = "<|finetune_right_pad_id|>"
START_HEADER = "<|start_header_id|>"
END_HEADER = "<|end_header_id|>"
EOT = "<|eot_id|>"

SPECIAL_TOKENS = (BOS, EOS, PAD, START_HEADER, END_HEADER, EOT)

CHAT_TEMPLATE = (
    "{{- bos_token }}"
    "{%- for message in messages %}"
    f"{{{{- '{START_HEADER}' + message['role'] + '{END_HEADER}\\n\\n' }}}}"
    "{%- if message['role'] == 'assistant' %}"
    f"{{%- generation %}}{{{{- message['content'] | trim + '{EOT}' }}}}{{%- endgeneration %}}"
    "{%- else %}"
    f"{{{{- message['content'] | trim + '{EOT}' }}}}"
    "{%- endif %}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    f"{{{{- '{START_HEADER}assistant{END_HEADER}\\n\\n' }}}}"
    "{%- endif %}"
)
