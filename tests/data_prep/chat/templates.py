"""Templates of the shapes that well-known models ship with, written anew."""

from __future__ import annotations

LLAMA_3_3 = (
    "{{- bos_token }}\n"
    "{%- if not date_string is defined %}\n    {%- set date_string = '26 Jul 2024' %}\n{%- endif %}\n"
    "{%- if messages[0]['role'] == 'system' %}\n"
    "    {%- set system_message = messages[0]['content'] | trim %}\n    {%- set messages = messages[1:] %}\n"
    "{%- else %}\n    {%- set system_message = '' %}\n{%- endif %}\n\n"
    "{#- The system's header stands there even without a system message. #}\n"
    "{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' }}\n"
    "{{- 'Cutting Knowledge Date: December 2023\\n' }}\n"
    "{{- 'Today Date: ' + date_string + '\\n\\n' }}\n"
    "{{- system_message }}\n{{- '<|eot_id|>' }}\n\n"
    "{%- for message in messages %}\n"
    "    {%- if message['role'] not in ['user', 'assistant', 'tool'] %}\n"
    "        {{- raise_exception('no such role') }}\n    {%- endif %}\n"
    "    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}\n"
    "    {{- message['content'] | trim + '<|eot_id|>' }}\n"
    "{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}\n{%- endif %}\n"
)
"""Meta's for Llama 3.1 and 3.3: dates in the system's header, no marks, contents trimmed."""

LLAMA_3_3_MARKED = LLAMA_3_3.replace(
    "    {{- message['content'] | trim + '<|eot_id|>' }}\n",
    "    {%- if message['role'] == 'assistant' %}\n"
    "        {%- generation %}{{- message['content'] | trim + '<|eot_id|>' }}{%- endgeneration %}\n"
    "    {%- else %}\n        {{- message['content'] | trim + '<|eot_id|>' }}\n    {%- endif %}\n",
)

QWEN = (
    "{%- if messages[0]['role'] == 'system' %}\n"
    "    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}\n"
    "{%- else %}\n    {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}\n{%- endif %}\n"
    "{%- for message in messages %}\n"
    "    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) %}\n"
    "        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}\n"
    "    {%- elif message.role == 'assistant' %}\n"
    "        {{- '<|im_start|>' + message.role + '\\n' }}\n"
    "        {{- message.content + '<|im_end|>' }}\n"
    "        {{- '\\n' }}\n"
    "    {%- endif %}\n{%- endfor %}\n"
    "{%- if add_generation_prompt %}\n    {{- '<|im_start|>assistant\\n' }}\n{%- endif %}\n"
)
"""Qwen 2.5's: ChatML with a system message of its own."""

QWEN_MARKED = QWEN.replace(
    "        {{- message.content + '<|im_end|>' }}\n",
    "        {%- generation %}{{- message.content + '<|im_end|>' }}{%- endgeneration %}\n",
)

MISTRAL = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}"
    "{% else %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% endif %}{% endfor %}"
)
"""Mistral's: the prompt for an answer is the question's end, and the system speaks as the user."""

ZEPHYR = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\\n' + message['content'] + eos_token + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}"
)
"""Zephyr's: a role becomes a part of a control token."""

THINKING = (
    "{{- bos_token }}{%- for message in messages %}"
    "{%- set text = message.content %}"
    "{%- if message.role == 'assistant' and not loop.last %}{%- set text = text.split('</think>')[-1] %}{%- endif %}"
    "{{- '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + text + '<|eot_id|>' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"
)
"""A reasoning model's: earlier turns lose what was thought."""
